/// An account, without its secrets.
package struct User: Hashable, Sendable {
    /// The name that is its id.
    package let username: Username
    /// The name to show.
    package let name: String
    /// What it may do outside the rooms.
    package let role: Role
    /// When it was made, in milliseconds since 1970.
    package let createdAt: Int64
    /// When it was disabled, in milliseconds since 1970; nil while it may log in.
    package let disabledAt: Int64?
    /// When it was deleted, in milliseconds since 1970; what is left is the author of messages.
    package let deletedAt: Int64?
    /// The address ranges that a bot may be used from; nil for a person.
    package let botAddresses: [String]?

    init(
        username: Username, name: String, role: Role, createdAt: Int64, disabledAt: Int64?, deletedAt: Int64? = nil,
        botAddresses: [String]? = nil
    ) {
        self.username = username
        self.name = name
        self.role = role
        self.createdAt = createdAt
        self.disabledAt = disabledAt
        self.deletedAt = deletedAt
        self.botAddresses = botAddresses
    }

    /// Says whether it is the account of a program, with a key instead of a password.
    package var isBot: Bool { botAddresses != nil }

    /// Says whether it may not log in and has no session.
    package var isDisabled: Bool { disabledAt != nil }

    /// Says whether only a tombstone is left.
    package var isDeleted: Bool { deletedAt != nil }
}
