/// What the index is asked for: every group must hold, and a group holds when any of its phrases stands there.
struct FullTextExpression: Equatable {
    /// A column of the index.
    enum Column: String {
        case words
        case marks
    }

    /// Tokens side by side in one column. Tokens come from `TextScanner` and `SearchMark`: letters, digits and symbols.
    struct Phrase: Equatable {
        let column: Column
        let tokens: [String]
    }

    var groups: [[Phrase]]

    /// The query within one room, or in all of them. The room comes first: the engine then never looks at what other
    /// rooms hold.
    init(_ query: SearchQuery, room number: Int64? = nil) {
        func mark(_ text: String) -> Phrase { Phrase(column: .marks, tokens: [text]) }
        groups = number.map { [[mark(SearchMark.room($0))]] } ?? []
        if let authors = query.authors { groups.append(authors.sorted().map { mark(SearchMark.from($0)) }) }
        if query.hasLink { groups.append([mark(SearchMark.link)]) }
        if query.hasFile { groups.append([mark(SearchMark.file)]) }
        groups += query.terms.mentions.map { [mark(SearchMark.mention($0))] }
        groups += query.terms.characters.map { [mark($0)] }
        groups += query.terms.phrases.map { [Phrase(column: .words, tokens: $0)] }
    }

    /// The expression in the syntax of SQLite's FTS5: every token stands in quotes, so that none is an operator.
    var fts5: String {
        groups.map { group in
            let phrases = group.map { #"\#($0.column.rawValue) : "\#($0.tokens.joined(separator: " "))""# }
            return phrases.count == 1 ? phrases[0] : "(" + phrases.joined(separator: " OR ") + ")"
        }.joined(separator: " AND ")
    }
}
