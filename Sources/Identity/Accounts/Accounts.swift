import Database

/// Makes, lists and changes accounts; every change is durable and in the directory when the call returns.
///
/// All calls throw ``IdentityError`` and, when the disk fails, `DatabaseError`.
package final class Accounts: Sendable {
    private static let maximumNameCount = 64

    let context: IdentityContext

    init(_ context: IdentityContext) {
        self.context = context
    }

    /// Makes an account, whatever the registration policy is; its name to show is the user name unless given.
    package func create(
        _ username: String, password: String, name: String? = nil, role: Role = .user
    ) async throws -> User {
        let candidate = try await candidate(username, password: password, name: name)
        let clock = context.clock
        let row = try await context.database.write { connection in
            try candidate.insert(role: role, at: clock.now, in: connection)
        }
        context.directory.apply(row)
        return row.user
    }

    /// Checks the fields of an account to be and hashes its password.
    func candidate(_ username: String, password: String, name: String?) async throws -> AccountCandidate {
        let id = try Self.acceptedUsername(username)
        let shown = try name.map { try Self.acceptedName($0) } ?? id.text
        let accepted = try PasswordPolicy.accepted(password, for: id, field: "password")
        guard context.directory.anyone(id) == nil else {
            throw IdentityError(.usernameTaken, "there is already a user \(id)")
        }
        return AccountCandidate(username: id, name: shown, passwordHash: try await context.hasher.hash(accepted))
    }

    /// The account of a name.
    package func user(_ username: Username) throws -> User {
        guard let user = context.directory.user(username) else { throw IdentityError.userNotFound(username) }
        return user
    }

    /// All accounts by user name, page by page; `cursor` comes from the page before.
    package func list(after cursor: String? = nil, limit: Int = 50) async throws -> Page<User> {
        let limit = Page<User>.bounded(limit)
        let users = try await context.database.read { connection in
            try UserTable.page(after: cursor ?? "", limit: limit + 1, in: connection)
        }
        return Page(users, limit: limit) { $0.username.text }
    }

    /// Changes the name to show.
    package func setName(_ name: String, of username: Username) async throws -> User {
        let accepted = try Self.acceptedName(name)
        return try await apply(context.database.write { try UserTable.setName(accepted, of: username, in: $0) })
    }

    /// Changes the role; sessions live on, and the directory's role counts, not their tokens'.
    package func setRole(_ role: Role, of username: Username) async throws -> User {
        if role == .admin, context.directory.user(username)?.isBot == true {
            throw IdentityError.invalidField("role", "a bot is no administrator")
        }
        return try await apply(context.database.write { try UserTable.setRole(role, of: username, in: $0) })
    }

    /// Ends every session of the user and lets nobody log in as them until ``enable(_:)``.
    package func disable(
        _ username: Username, reason: String = "account disabled", by actor: String
    ) async throws -> Revoked {
        let clock = context.clock
        let reason = try Sessions.acceptedReason(reason)
        let (row, outcome) = try await context.database.write { connection in
            let now = clock.now
            let row = try UserTable.disable(username, at: now, in: connection)
            let order = RevocationOrder(
                target: .user(username), reason: reason, actor: actor, cause: .accountDisabled, time: now)
            return (row, try SessionTable.revoke(order, in: connection))
        }
        _ = apply(row)
        return context.publish(outcome)
    }

    /// Lets the user log in again; no session comes back.
    package func enable(_ username: Username) async throws -> User {
        try await apply(context.database.write { try UserTable.enable(username, in: $0) })
    }

    func apply(_ row: UserTable.Row) -> User {
        context.directory.apply(row)
        return row.user
    }

    /// The name of an account to be, a user's or a bot's. Throws `invalid_field`, and `username_taken` for one of the
    /// host's own.
    static func acceptedUsername(_ username: String) throws -> Username {
        guard let id = Username(username) else {
            throw IdentityError.invalidField(
                "username",
                "a username is 1 to 32 of a-z, 0-9, dot, underscore and hyphen, of which the first is a letter or digit"
            )
        }
        guard !Username.reserved.contains(id) else {
            throw IdentityError(.usernameTaken, "\(id) is the name under which the host's own acts stand")
        }
        return id
    }

    static func acceptedName(_ name: String) throws -> String {
        try IdentityContext.accepted(name, maximum: maximumNameCount, field: "name")
    }
}
