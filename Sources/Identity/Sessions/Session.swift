/// What one login created: its tokens and its sockets belong to it and end with it.
package struct Session: Hashable, Sendable {
    /// `sid`.
    package let id: SessionID
    /// Whose it is.
    package let username: Username
    /// What the user called the device at login; may be empty.
    package let device: String
    /// The address of the last login or refresh.
    package let address: String
    /// When the login was, in milliseconds since 1970.
    package let createdAt: Int64
    /// When the last login or refresh was, in milliseconds since 1970.
    package let lastSeenAt: Int64
    /// How often it has moved, counted from 1.
    package let generation: Int64
    /// The key of its present generation.
    package let key: KeyID
    /// When it ends without another refresh, in milliseconds since 1970.
    package let refreshExpiresAt: Int64
    /// When it ends in any case, in milliseconds since 1970.
    package let absoluteExpiresAt: Int64
    /// When it was ended, in milliseconds since 1970; nil while it lives or when it just ran out.
    package let revokedAt: Int64?
    /// Why it was ended.
    package let revokedReason: String?
    /// Who ended it.
    package let revokedBy: String?
}
