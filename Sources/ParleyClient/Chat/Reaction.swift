/// What people reacted to a message with: one emoji and how many gave it.
public struct Reaction: Sendable, Equatable, Decodable {
    /// The emoji.
    public let emoji: String
    /// How many people gave it.
    public let count: Int
    /// Whether the user gave it.
    public let mine: Bool
    /// Who gave it, in their order, where they are few; nil otherwise.
    public let users: [String]?
}
