/// A message as the search index stores it: two texts of tokens with spaces between them, the same for every engine.
///
/// A token holds no space, no control character and no quote.
struct SearchDocument: Equatable {
    /// The words of the text, folded, in their order.
    private(set) var words: String
    /// What is true of the message as a whole: its room, its author, whom it mentions, what it has, and each character
    /// of a script without spaces once.
    private(set) var marks: String

    init(room number: Int64, author: UserID, mentions: [UserID], text: String, hasFile: Bool) {
        let sink = TextScanner.scan(text, into: Sink())
        var marks = [SearchMark.room(number)]
        // A webhook is no user, so that there is no `from:` for it; the colon in its name would end the token.
        if UserID(author.description) != nil { marks.append(SearchMark.from(author)) }
        if Self.hasLink(text) { marks.append(SearchMark.link) }
        if hasFile { marks.append(SearchMark.file) }
        marks += mentions.map(SearchMark.mention)
        words = String(decoding: sink.words.dropLast(), as: UTF8.self)
        self.marks = (marks + sink.characters).joined(separator: " ")
    }

    /// Tells whether the text has an address that begins with `http://` or `https://`.
    static func hasLink(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            var searched = utf8[...]
            while let colon = searched.firstIndex(of: UInt8(ascii: ":")) {
                searched = utf8[(colon + 1)...]
                guard searched.starts(with: "//".utf8), let next = searched.dropFirst(2).first, next > 0x20 else {
                    continue
                }
                let scheme = utf8[..<colon].suffix(5).map { $0 | 0x20 }
                if scheme.suffix(4).elementsEqual("http".utf8) || scheme.elementsEqual("https".utf8) { return true }
            }
            return false
        }
    }

    private struct Sink: TokenSink {
        var words: [UInt8] = []
        var characters: [String] = []
        private var seen: Set<String> = []

        mutating func word(_ utf8: ArraySlice<UInt8>, at range: Range<Int>, isLoneCharacter: Bool) {
            words.append(contentsOf: utf8)
            words.append(UInt8(ascii: " "))
        }

        mutating func character(_ utf8: ArraySlice<UInt8>, at range: Range<Int>) {
            let character = String(decoding: utf8, as: UTF8.self)
            if seen.insert(character).inserted { characters.append(character) }
        }
    }
}
