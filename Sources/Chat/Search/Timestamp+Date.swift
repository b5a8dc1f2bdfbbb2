extension Timestamp {
    /// Reads a date, `2026-01-31`, which is its first moment in UTC, or a moment of RFC 3339; nil for any other text.
    init?(parsingDateOrTime text: some StringProtocol) {
        if text.utf8.count == 10 {
            self.init(parsing: String(text) + "T00:00:00Z")
        } else {
            self.init(parsing: text)
        }
    }
}
