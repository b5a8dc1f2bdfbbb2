/// Which sessions to end.
package enum RevocationTarget: Hashable, Sendable {
    /// One session; with a user, only if it is that user's.
    case session(SessionID, of: Username? = nil)
    /// Every session of a user.
    case user(Username)
    /// Every session whose present generation was signed by a key.
    case key(KeyID)
    /// Every session.
    case everyone
}
