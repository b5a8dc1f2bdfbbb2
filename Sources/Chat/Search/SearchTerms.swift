/// What a search looks for in the words of a message; all of it must be there.
struct SearchTerms: Sendable, Equatable {
    /// Words, or words side by side.
    private(set) var phrases: [[String]] = []
    /// Single characters of scripts without spaces, wherever they stand.
    private(set) var characters: [String] = []
    /// Users who are mentioned.
    private(set) var mentions: [UserID] = []

    var isEmpty: Bool { phrases.isEmpty && characters.isEmpty && mentions.isEmpty }

    /// Adds the tokens of a text, side by side. A single character of a script without spaces is looked for by itself:
    /// the index knows its place only as half of a pair.
    mutating func append(_ text: String) {
        for part in TextScanner.scan(text, into: Sink()).parts {
            switch part {
            case .phrase(let words): if !phrases.contains(words) { phrases.append(words) }
            case .character(let character): if !characters.contains(character) { characters.append(character) }
            }
        }
    }

    /// Adds a user who must be mentioned.
    mutating func append(mention user: UserID) { if !mentions.contains(user) { mentions.append(user) } }

    private struct Sink: TokenSink {
        enum Part {
            case phrase([String])
            case character(String)
        }

        var parts: [Part] = []

        mutating func word(_ utf8: ArraySlice<UInt8>, at range: Range<Int>, isLoneCharacter: Bool) {
            let word = String(decoding: utf8, as: UTF8.self)
            if isLoneCharacter {
                parts.append(.character(word))
            } else if case .phrase(let words)? = parts.last {
                parts[parts.count - 1] = .phrase(words + [word])
            } else {
                parts.append(.phrase([word]))
            }
        }

        mutating func character(_ utf8: ArraySlice<UInt8>, at range: Range<Int>) {}
    }
}
