import TestTools

/// Random JSON texts, the same in every run.
struct RandomJSON {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// A text that is JSON, with white space, escapes and every form of number.
    mutating func text(depth: Int = 0) -> String {
        let scalarOnly = depth >= 5
        let text =
            switch Int.random(in: 0..<(scalarOnly ? 5 : 9), using: &generator) {
            case 0: ["null", "true", "false"].randomElement(using: &generator) ?? "null"
            case 1, 2: number()
            case 3, 4: string()
            case 5, 6: array(depth: depth)
            default: object(depth: depth)
            }
        return space() + text + space()
    }

    /// The text with one to three bytes changed, cut or put in: most often no JSON any more. Stays ASCII.
    mutating func damaged(_ text: String) -> String {
        let alphabet = Array(#"{}[]",:\/ 0123456789.eE+-truefalsn"#.utf8)
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let byte = alphabet.randomElement(using: &generator) ?? 0x20
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: bytes.insert(byte, at: place)
            case 1 where place < bytes.count: bytes[place] = byte
            default: if place < bytes.count { bytes.remove(at: place) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func space() -> String {
        ["", "", "", " ", "\n", "\t\r\n "].randomElement(using: &generator) ?? ""
    }

    private mutating func number() -> String {
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return String(Int64.random(in: .min ... .max, using: &generator))
        case 1: return String(Int64.random(in: -100...100, using: &generator))
        case 2: return String(Double.random(in: -1e6...1e6, using: &generator))
        case 3: return "\(Int.random(in: -9...9, using: &generator))e\(Int.random(in: -300...300, using: &generator))"
        default: return "\(Int.random(in: 1...9, using: &generator)).5E+\(Int.random(in: 0...20, using: &generator))"
        }
    }

    mutating func string() -> String {
        var text = "\""
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            switch Int.random(in: 0..<6, using: &generator) {
            case 0:
                text +=
                    [#"\""#, #"\\"#, #"\/"#, #"\b"#, #"\f"#, #"\n"#, #"\r"#, #"\t"#].randomElement(using: &generator)
                    ?? ""
            case 1: text += Self.escape(UInt32.random(in: 1..<0xD800, using: &generator))
            case 2:
                text += Self.escape(UInt32.random(in: 0xD800...0xDBFF, using: &generator))
                text += Self.escape(UInt32.random(in: 0xDC00...0xDFFF, using: &generator))
            case 3: text += ["é", "€", "😀", "日本", "\u{7F}"].randomElement(using: &generator) ?? ""
            default: text += ["a", "B", "7", " ", "{", "]"].randomElement(using: &generator) ?? ""
            }
        }
        return text + "\""
    }

    private static func escape(_ unit: UInt32) -> String {
        let digits = String(unit, radix: 16, uppercase: unit % 2 == 0)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    private mutating func array(depth: Int) -> String {
        let items = (0..<Int.random(in: 0...4, using: &generator)).map { _ in text(depth: depth + 1) }
        return "[" + (items.isEmpty ? space() : items.joined(separator: ",")) + "]"
    }

    private mutating func object(depth: Int) -> String {
        let members = (0..<Int.random(in: 0...4, using: &generator)).map { number in
            "\(space())\"n\(number)\"\(space()):\(text(depth: depth + 1))"
        }
        return "{" + (members.isEmpty ? space() : members.joined(separator: ",")) + "}"
    }
}
