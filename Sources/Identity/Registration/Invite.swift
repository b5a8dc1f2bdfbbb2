/// An invite, without its secret.
package struct Invite: Hashable, Sendable {
    /// By which it is deleted.
    package let id: InviteID
    /// The role of the accounts that it makes.
    package let role: Role
    /// How many accounts it can still make.
    package let usesLeft: Int64
    /// Whether it only serves for the very first account.
    package let isForFirstAccount: Bool
    /// When it ends, in milliseconds since 1970; nil for never.
    package let expiresAt: Int64?
    /// Who made it; nil for the server itself.
    package let createdBy: String?
    /// When it was made, in milliseconds since 1970.
    package let createdAt: Int64
}
