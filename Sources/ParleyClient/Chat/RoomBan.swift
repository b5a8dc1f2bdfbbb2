/// A ban as the list of a room's bans shows it.
public struct RoomBan: Sendable, Equatable, Decodable {
    /// The username.
    public let user: String
    /// The name to show.
    public let name: String
    /// When the ban began; RFC 3339.
    public let bannedAt: String
    /// When it ends; RFC 3339, nil for never.
    public let until: String?

    private enum CodingKeys: String, CodingKey {
        case user, name, until
        case bannedAt = "banned_at"
    }
}
