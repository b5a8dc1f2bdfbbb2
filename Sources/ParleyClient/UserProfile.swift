/// A user as the server describes one.
public struct UserProfile: Sendable, Equatable, Decodable {
    /// The username, which never changes.
    public let id: String
    /// The display name.
    public let name: String?
    /// `admin` or `user`.
    public let role: String?
    /// True for the account of a program.
    public let bot: Bool?
}
