/// A session: what one login created.
public struct SessionInfo: Sendable, Equatable, Decodable {
    /// The session's id, `sid`.
    public let id: String
    /// What the client called itself at login.
    public let device: String?
    /// When the login was; RFC 3339.
    public let createdAt: String?
    /// When the access token runs out; RFC 3339.
    public let accessExpiresAt: String?

    private enum CodingKeys: String, CodingKey {
        case id, device
        case createdAt = "created_at"
        case accessExpiresAt = "access_expires_at"
    }
}
