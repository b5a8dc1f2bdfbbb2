/// A member as the list of a room's members shows it.
public struct RoomMember: Sendable, Equatable, Decodable {
    /// The username.
    public let user: String
    /// The name to show.
    public let name: String
    /// `owner`, `moderator` or `member`.
    public let role: String
    /// Whether the member may not speak.
    public let muted: Bool
    /// When the membership began; RFC 3339.
    public let joinedAt: String

    private enum CodingKeys: String, CodingKey {
        case user, name, role, muted
        case joinedAt = "joined_at"
    }
}
