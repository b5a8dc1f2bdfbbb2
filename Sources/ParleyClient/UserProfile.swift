/// A user as the server describes one.
public struct UserProfile: Sendable, Equatable, Decodable {
    /// The username, which never changes.
    public let id: String
    /// The display name.
    public let name: String?
    /// `admin` or `user`.
    public let role: String?
    /// `online`, `away` or `offline`; nil where it was not told, as for someone with whom one shares no room.
    public let status: String?
    /// When the user was last seen, where that was told; RFC 3339.
    public let lastSeen: String?

    private enum CodingKeys: String, CodingKey {
        case id, name, role, status
        case lastSeen = "last_seen"
    }
}
