/// Writes one JSON object (RFC 8259), its members in the order they are added.
struct JSONObjectWriter {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    /// Adds a member with a text.
    mutating func add(_ name: String, _ text: String) {
        add(name, raw: Self.string(text))
    }

    /// Adds a member with a whole number.
    mutating func add(_ name: String, _ number: Int) {
        add(name, raw: Array(String(number).utf8))
    }

    /// Adds a member whose value is JSON already.
    mutating func add(_ name: String, raw value: [UInt8]) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes += Self.string(name)
        bytes.append(UInt8(ascii: ":"))
        bytes += value
    }

    /// The object's bytes.
    consuming func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// `text` as a JSON string with its quotes.
    static func string(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        bytes.reserveCapacity(text.utf8.count + 2)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
            case UInt8(ascii: "\r"): bytes += Array("\\r".utf8)
            case UInt8(ascii: "\t"): bytes += Array("\\t".utf8)
            // Delete is legal in JSON, and a terminal that shows the line would act on it.
            case 0..<0x20, 0x7f:
                let digits = String(byte, radix: 16)
                bytes += Array("\\u00\(digits.utf8.count == 1 ? "0" : "")\(digits)".utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        return bytes
    }
}
