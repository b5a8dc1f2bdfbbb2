/// A session with fresh tokens: what a login, a registration and a refresh give.
package struct Login: Sendable {
    /// Whose session it is.
    package let user: User
    /// The session as it is now.
    package let session: Session
    /// For the cookie `__Host-parley_access`.
    package let access: IssuedToken
    /// For the cookie `__Secure-parley_refresh`.
    package let refresh: IssuedToken
    /// How many recovery codes are left after one was used to log in; nil when none was.
    package var recoveryCodesLeft: Int64?
}
