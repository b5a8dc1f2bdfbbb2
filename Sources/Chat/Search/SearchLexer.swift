/// Cuts a query into words and quoted phrases. A quote that is never closed reaches to the end.
struct SearchLexer {
    enum Item: Equatable {
        case word(String)
        case phrase(String)
    }

    private var rest: Substring.UnicodeScalarView

    init(_ text: String) { rest = text[...].unicodeScalars }

    /// The next item, nil at the end.
    mutating func next() -> Item? {
        rest = rest.drop { Self.isSpace($0) }
        guard let first = rest.first else { return nil }
        if Self.isQuote(first) {
            rest = rest.dropFirst()
            let phrase = rest.prefix { !Self.isQuote($0) }
            rest = rest[phrase.endIndex...].dropFirst()
            return .phrase(String(phrase))
        }
        let word = rest.prefix { !Self.isSpace($0) && !Self.isQuote($0) }
        rest = rest[word.endIndex...]
        return .word(String(word))
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar.value < 0x20
    }

    /// Straight quotes, and those that keyboards and languages make of them.
    private static func isQuote(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\"", "\u{201C}", "\u{201D}", "\u{201E}", "\u{201F}", "\u{00AB}", "\u{00BB}", "\u{FF02}", "\u{300C}",
            "\u{300D}":
            true
        default: false
        }
    }
}
