extension FullTextExpression {
    /// Tells whether a message fits, as the engine would.
    func matches(_ document: SearchDocument) -> Bool {
        let words = document.words.utf8.split(separator: UInt8(ascii: " "))
        let marks = document.marks.utf8.split(separator: UInt8(ascii: " "))
        return groups.allSatisfy { group in
            group.contains { Self.stands($0.tokens, in: $0.column == .words ? words : marks) }
        }
    }

    /// Tells whether the tokens stand somewhere side by side.
    private static func stands(_ tokens: [String], in text: [Substring.UTF8View]) -> Bool {
        guard tokens.count <= text.count else { return false }
        return (0...text.count - tokens.count).contains { start in
            zip(tokens, text[start...]).allSatisfy { $0.utf8.elementsEqual($1) }
        }
    }
}
