/// The sockets that an act of administration is about.
package enum SocketSelection: Sendable, Equatable {
    /// Those of these logins.
    case sessions(Set<String>)
    /// Those of this user, except those of the login `except`.
    case user(UserID, except: String?)
    /// Every socket.
    case everyone
}
