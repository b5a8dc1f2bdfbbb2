/// The sessions that a revocation ended, for the server to close their sockets.
package struct Revoked: Hashable, Sendable {
    /// One ended session.
    package struct Session: Hashable, Sendable {
        /// The session.
        package let id: SessionID
        /// Whose it was.
        package let username: Username
    }

    /// The sessions that were alive until now; a repetition finds none.
    package let sessions: [Session]

    /// How many sessions were newly revoked (`revoked_sessions` of the receipt).
    package var count: Int { sessions.count }

    /// Nothing was alive.
    package static let none = Revoked(sessions: [])
}
