/// A page of what a search found, newest first.
public struct SearchPage: Sendable, Equatable, Decodable {
    /// The messages.
    public let items: [FoundMessage]
    /// What ``SearchRequest/cursor`` takes for the next page, nil at the end.
    public let cursor: String?
}
