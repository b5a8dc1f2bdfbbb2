import Database
import OpenSSLCrypto

/// Makes bots and their keys, and opens sessions for who has one.
///
/// A bot is an account with a key instead of a password, to be used from certain address ranges only. All calls throw
/// ``IdentityError`` and, when the disk fails, `DatabaseError`.
package final class Bots: Sendable {
    private let context: IdentityContext
    private let accounts: Accounts
    private let opening: SessionOpening

    init(_ context: IdentityContext, accounts: Accounts) {
        self.context = context
        self.accounts = accounts
        opening = SessionOpening(context: context)
    }

    /// Makes a bot; its key is in the answer and nowhere else. `addresses` are ranges that the caller has checked.
    package func create(
        _ username: String, name: String? = nil, addresses: [String]
    ) async throws -> (user: User, key: String) {
        let id = try Accounts.acceptedUsername(username)
        let shown = try name.map { try Accounts.acceptedName($0) } ?? id.text
        let key = try BotKey.random(for: id)
        let clock = context.clock
        let row = try await context.database.write { connection in
            try UserTable.insertBot(
                id, name: shown, digest: key.digest, addresses: addresses, at: clock.now, in: connection)
        }
        return (accounts.apply(row), key.text)
    }

    /// The bots by user name, page by page; `cursor` comes from the page before.
    package func list(after cursor: String? = nil, limit: Int = 50) async throws -> Page<User> {
        let limit = Page<User>.bounded(limit)
        let bots = try await context.database.read { connection in
            try UserTable.bots(after: cursor ?? "", limit: limit + 1, in: connection)
        }
        return Page(bots, limit: limit) { $0.username.text }
    }

    /// Gives a bot a new key, or none; the one before is no longer good, and every session of the bot ends.
    package func replaceKey(
        of username: Username, isRevoked: Bool, by actor: String
    ) async throws -> (key: String?, revoked: Revoked) {
        let key = isRevoked ? nil : try BotKey.random(for: username)
        let revoked = try await change(username, reason: "bot key replaced", by: actor) { connection in
            try UserTable.setBotKey(key?.digest, of: username, in: connection)
        }
        return (key?.text, revoked)
    }

    /// Binds a bot to other address ranges; every session of the bot ends.
    package func setAddresses(_ addresses: [String], of username: Username, by actor: String) async throws -> Revoked {
        try await change(username, reason: "bot addresses changed", by: actor) { connection in
            try UserTable.setBotAddresses(addresses, of: username, in: connection)
        }
    }

    /// Opens a session for who has a bot's key.
    ///
    /// Throws `invalid_credentials` for a key that is not good and for a disabled bot, and what `check` throws for the
    /// bot of a good key, before the session is opened.
    package func login(
        key text: String, device: String? = nil, address: String, network: String? = nil,
        check: @escaping @Sendable (User) throws -> Void
    ) async throws -> Login {
        let origin = try SessionOpening.origin(device: device, address: address, network: network)
        guard let key = BotKey(text) else { throw Self.wrongKey() }
        let digest = key.digest
        let (context, opening) = (context, opening)
        let (user, session, signing) = try await context.database.write { connection in
            let isRight = try UserTable.botDigest(of: key.username, in: connection).map { known in
                known.withUnsafeBytes { known in digest.withUnsafeBytes { constantTimeEquals(known, $0) } }
            }
            guard isRight == true, let user = try UserTable.user(key.username, in: connection)?.user, !user.isDisabled
            else { throw Self.wrongKey() }
            try check(user)
            let (session, signing) = try opening.open(
                key.username, from: origin, at: context.clock.now, in: connection)
            return (user, session, signing)
        }
        return try opening.login(user, session, signing)
    }

    private func change(
        _ username: Username, reason: String, by actor: String,
        _ body: @escaping @Sendable (any SQLConnection) throws -> UserTable.Row
    ) async throws -> Revoked {
        let clock = context.clock
        let (row, outcome) = try await context.database.write { connection in
            let row = try body(connection)
            let order = RevocationOrder(target: .user(username), reason: reason, actor: actor, time: clock.now)
            return (row, try SessionTable.revoke(order, in: connection))
        }
        _ = accounts.apply(row)
        return context.publish(outcome)
    }

    private static func wrongKey() -> IdentityError {
        IdentityError(.invalidCredentials, "the bot's key is not valid")
    }
}
