/// A message that a search found, in its present state.
public struct FoundMessage: Sendable, Equatable, Decodable {
    /// Where something that was looked for stands in the text.
    public struct Highlight: Sendable, Equatable, Decodable {
        /// UTF-16 units of the text before it.
        public let start: Int
        /// UTF-16 units of the text up to its end.
        public let end: Int
    }

    /// The message; ``StoredMessage/room`` tells where it stands.
    public let message: StoredMessage
    /// The places of what was looked for, in their order.
    public let highlights: [Highlight]

    /// Reads the object of the protocol, which is the message's with `highlights`.
    public init(from decoder: any Decoder) throws {
        message = try StoredMessage(from: decoder)
        highlights = try decoder.container(keyedBy: CodingKeys.self).decode([Highlight].self, forKey: .highlights)
    }

    /// The places as ranges of the message's text; those that do not fit it are left out.
    public var highlightedRanges: [Range<String.Index>] {
        let utf16 = message.text.utf16
        return highlights.compactMap { highlight in
            guard highlight.start >= 0, highlight.end >= highlight.start,
                let start = utf16.index(utf16.startIndex, offsetBy: highlight.start, limitedBy: utf16.endIndex),
                let end = utf16.index(utf16.startIndex, offsetBy: highlight.end, limitedBy: utf16.endIndex)
            else { return nil }
            return start..<end
        }
    }

    private enum CodingKeys: String, CodingKey { case highlights }
}
