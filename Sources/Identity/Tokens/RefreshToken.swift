/// What a verified refresh token says.
package struct RefreshToken: Hashable, Sendable {
    /// Whose it is.
    package let username: Username
    /// The session that it belongs to.
    package let session: SessionID
    /// How often its session had moved when it was made, counted from 1.
    package let generation: Int64
    /// `exp`, in milliseconds since 1970.
    package let expiresAt: Int64
}
