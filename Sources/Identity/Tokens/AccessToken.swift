/// What a verified access token says.
package struct AccessToken: Hashable, Sendable {
    /// Whose it is.
    package let username: Username
    /// The session that it belongs to.
    package let session: SessionID
    /// The role when it was made; the account's present role counts.
    package let role: Role
    /// `iat`, in milliseconds since 1970.
    package let issuedAt: Int64
    /// `exp`, in milliseconds since 1970.
    package let expiresAt: Int64
}
