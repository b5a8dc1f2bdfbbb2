/// What login, register and refresh answer: who one is, and the session that all tokens and sockets belong to.
public struct SignedIn: Sendable, Equatable, Decodable {
    /// The user.
    public let user: UserProfile
    /// The session.
    public let session: SessionInfo
}
