/// Reads one flat JSON object (RFC 8259) member by member, in place and without allocating.
///
/// It takes less than JSON allows, and all that tokens need: texts without escapes, integers of at most 15 digits
/// without sign, fraction or exponent. Arrays, objects, booleans and null are refused.
struct JSONMemberReader {
    /// A text's bytes between its quotation marks; valid as long as the buffer that is read.
    struct Text {
        let bytes: UnsafeRawBufferPointer

        static func == (text: Text, wanted: StaticString) -> Bool {
            text.bytes.elementsEqual(UnsafeBufferPointer(start: wanted.utf8Start, count: wanted.utf8CodeUnitCount))
        }

        static func == (text: Text, wanted: [UInt8]) -> Bool { text.bytes.elementsEqual(wanted) }
    }

    /// Digits of a number, at the most: exact in every JSON reader and far from overflow.
    static let maximumDigits = 15

    enum Value {
        case text(Text)
        case integer(Int64)
    }

    private enum Position {
        case start
        case member
        case end
    }

    private let bytes: UnsafeRawBufferPointer
    private let badSyntax: TokenDefect
    private let badValue: TokenDefect
    private var offset = 0
    private var position = Position.start

    /// Reads `bytes`; malformed JSON throws `badSyntax`, JSON of another type than text or integer `badValue`.
    init(_ bytes: UnsafeRawBufferPointer, badSyntax: TokenDefect.Kind, badValue: TokenDefect.Kind) {
        self.bytes = bytes
        self.badSyntax = TokenDefect(badSyntax)
        self.badValue = TokenDefect(badValue)
    }

    /// The next member; nil when the object and the bytes are at their end.
    mutating func next() throws(TokenDefect) -> (name: Text, value: Value)? {
        switch position {
        case .start:
            skipSpace()
            try expect(UInt8(ascii: "{"))
            skipSpace()
            position = .member
            if peek() == UInt8(ascii: "}") {
                try finish()
                return nil
            }
        case .member:
            skipSpace()
            if peek() == UInt8(ascii: "}") {
                try finish()
                return nil
            }
            try expect(UInt8(ascii: ","))
            skipSpace()
        case .end: return nil
        }
        let name = try text()
        skipSpace()
        try expect(UInt8(ascii: ":"))
        skipSpace()
        return (name, try value())
    }

    private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws(TokenDefect) {
        guard peek() == byte else { throw badSyntax }
        offset += 1
    }

    private mutating func finish() throws(TokenDefect) {
        offset += 1
        skipSpace()
        guard offset == bytes.count else { throw badSyntax }
        position = .end
    }

    private mutating func text() throws(TokenDefect) -> Text {
        try expect(UInt8(ascii: "\""))
        let start = offset
        while let byte = peek(), byte != UInt8(ascii: "\"") {
            // Escapes would give a name a second spelling; tokens of ours need none.
            guard byte >= 0x20, byte != UInt8(ascii: "\\") else { throw badSyntax }
            offset += 1
        }
        let end = offset
        try expect(UInt8(ascii: "\""))
        return Text(bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    }

    private mutating func value() throws(TokenDefect) -> Value {
        switch peek() {
        case UInt8(ascii: "\""): return .text(try text())
        case .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return .integer(try integer())
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "[")), .some(UInt8(ascii: "{")), .some(UInt8(ascii: "t")),
            .some(UInt8(ascii: "f")), .some(UInt8(ascii: "n")):
            throw badValue
        default: throw badSyntax
        }
    }

    private mutating func integer() throws(TokenDefect) -> Int64 {
        let start = offset
        var value: Int64 = 0
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            guard offset - start < Self.maximumDigits else { throw badValue }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            offset += 1
        }
        guard bytes[start] != UInt8(ascii: "0") || offset - start == 1 else { throw badSyntax }
        if let byte = peek(), byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            throw badValue
        }
        return value
    }
}
