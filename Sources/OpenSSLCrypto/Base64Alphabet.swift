/// One of RFC 4648's alphabets of 64 digits, without padding.
///
/// Decoding is strict: padding, digits of another alphabet, white space, an impossible length and trailing bits that
/// are not zero (section 3.5) are refused, so that each value has one spelling.
struct Base64Alphabet: Sendable {
    /// Section 5: `-` and `_`.
    static let urlSafe = Base64Alphabet(digit62: "-", digit63: "_")
    /// Section 4: `+` and `/`.
    static let standard = Base64Alphabet(digit62: "+", digit63: "/")

    private static let invalid: UInt8 = 0xFF
    private let digits: [UInt8]
    private let values: [UInt8]

    private init(digit62: Character, digit63: Character) {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\(digit62)\(digit63)".utf8)
        var values = [UInt8](repeating: Self.invalid, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        self.digits = digits
        self.values = values
    }

    /// How many digits `count` bytes take.
    static func encodedCount(ofBytes count: Int) -> Int { (count * 4 + 2) / 3 }

    /// How many bytes `count` digits hold, or nil when no value has so many digits.
    static func decodedCount(ofDigits count: Int) -> Int? { count % 4 == 1 ? nil : count / 4 * 3 + count % 4 * 3 / 4 }

    /// Appends the digits of `bytes`.
    func encode(_ bytes: UnsafeRawBufferPointer, into text: inout [UInt8]) {
        text.reserveCapacity(text.count + Self.encodedCount(ofBytes: bytes.count))
        var bits: UInt32 = 0
        var bitCount = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(digits[Int(bits >> UInt32(bitCount) & 63)])
            }
        }
        if bitCount > 0 { text.append(digits[Int(bits << UInt32(6 - bitCount) & 63)]) }
    }

    /// Writes the bytes that `text` stands for and says how many; nil for anything malformed or too long for `bytes`.
    func decode(_ text: UnsafeRawBufferPointer, into bytes: UnsafeMutableRawBufferPointer) -> Int? {
        guard let count = Self.decodedCount(ofDigits: text.count), count <= bytes.count else { return nil }
        return values.withUnsafeBufferPointer { values in
            var written = 0
            var read = 0
            while text.count - read >= 4 {
                let first = values[Int(text[read])]
                let second = values[Int(text[read + 1])]
                let third = values[Int(text[read + 2])]
                let fourth = values[Int(text[read + 3])]
                // A valid digit's value has its two high bits clear.
                guard (first | second | third | fourth) & 0xC0 == 0 else { return nil }
                bytes[written] = first << 2 | second >> 4
                bytes[written + 1] = second << 4 | third >> 2
                bytes[written + 2] = third << 6 | fourth
                written += 3
                read += 4
            }
            let rest = text.count - read
            guard rest > 0 else { return written }
            let first = values[Int(text[read])]
            let second = values[Int(text[read + 1])]
            guard (first | second) & 0xC0 == 0 else { return nil }
            bytes[written] = first << 2 | second >> 4
            guard rest == 3 else { return second & 0x0F == 0 ? written + 1 : nil }
            let third = values[Int(text[read + 2])]
            guard third & 0xC0 == 0, third & 0x03 == 0 else { return nil }
            bytes[written + 1] = second << 4 | third >> 2
            return written + 2
        }
    }

    /// Decodes into a new array; nil for anything malformed.
    func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let count = Self.decodedCount(ofDigits: text.count) else { return nil }
        var isWellFormed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            let decoded = decode(text, into: UnsafeMutableRawBufferPointer(buffer))
            isWellFormed = decoded != nil
            written = decoded ?? 0
        }
        return isWellFormed ? bytes : nil
    }

    /// Encodes into a new string.
    func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        var text: [UInt8] = []
        encode(bytes, into: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
