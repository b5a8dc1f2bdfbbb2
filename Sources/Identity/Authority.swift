package import Database

/// Accounts, sessions and tokens of one server: opens the parts in their order and answers for each token.
package final class Authority: Sendable {
    /// Rows of sessions stay so long after their end, so that ending them again is no error.
    private static let keptMilliseconds: Int64 = 30 * 86_400_000

    /// The signing keys.
    package let keyRing: KeyRing
    /// Issues and verifies tokens.
    package let tokens: Tokens
    /// Makes and changes accounts.
    package let accounts: Accounts
    /// Opens, renews and ends sessions.
    package let sessions: Sessions
    /// Makes bots and their keys.
    package let bots: Bots
    /// Turns second factors on and off.
    package let secondFactors: SecondFactors
    /// Makes and deletes invites.
    package let invites: Invites
    /// Lets people make their own accounts.
    package let registration: Registration
    /// All accounts, in memory.
    package let directory: AccountDirectory
    /// The ended sessions whose tokens still look good, in memory.
    package let revocations: RevocationList
    let context: IdentityContext

    /// Reads accounts and revocations of a migrated database; call it before the listener opens, it blocks.
    ///
    /// Throws ``IdentityError`` for a setting outside its range and `DatabaseError`.
    package init(
        database: any DatabaseEngine, keyRing: KeyRing, configuration: IdentityConfiguration,
        clock: WallClock = .system
    ) throws {
        try configuration.validate()
        context = IdentityContext(
            database: database, configuration: configuration, clock: clock, ring: keyRing,
            tokens: Tokens(ring: keyRing, configuration: configuration, clock: clock),
            hasher: try PasswordHasher(
                scrypt: configuration.scrypt, threads: configuration.passwordThreads,
                queue: configuration.passwordQueue),
            directory: AccountDirectory(try database.readBlocking { try UserTable.all(in: $0) }),
            revocations: try .load(from: database, at: clock.now))
        self.keyRing = keyRing
        tokens = context.tokens
        directory = context.directory
        revocations = context.revocations
        accounts = Accounts(context)
        bots = Bots(context, accounts: accounts)
        sessions = Sessions(context)
        invites = Invites(context)
        secondFactors = SecondFactors(context)
        registration = Registration(context, accounts: accounts)
    }

    /// Says who sent an access token: signature, claims, time, revocation, account, in this order.
    ///
    /// Synchronous and never on the disk: for event loops. An empty buffer is a token that was not sent.
    package func authenticate(_ accessToken: UnsafeRawBufferPointer) throws(TokenDefect) -> Caller {
        try caller(of: try tokens.verifyAccess(accessToken))
    }

    /// Says who sent the access token in a cookie's text; nil is a token that was not sent.
    package func authenticate(_ accessToken: String?) throws(TokenDefect) -> Caller {
        try caller(of: try tokens.verifyAccess(accessToken))
    }

    /// Says whether a token that was good is so still, but for its time: to ask again after something took a while.
    package func caller(of token: AccessToken) throws(TokenDefect) -> Caller {
        let user = directory.user(token.username)
        switch revocations.cause(of: token.session) {
        case .session: throw TokenDefect(.revoked)
        case .accountDisabled where user?.isDisabled != true: throw TokenDefect(.revoked)
        case .accountDisabled, nil: break
        }
        guard let user else { throw TokenDefect(.unknownSession) }
        guard !user.isDisabled else { throw TokenDefect(.accountDisabled) }
        return Caller(token: token, user: user)
    }

    /// Takes out what can no longer matter: expired revocations, ended sessions and invites, outlived keys.
    ///
    /// To be called every minute or so. Throws `DatabaseError`, and ``IdentityError`` for the key file.
    package func prune() async throws {
        let now = context.clock.now
        let addressEnd = now - context.configuration.knownAddressLifetime.milliseconds
        let living = try await sessions.countByKey()
        try await context.database.write { connection in
            try SessionTable.prune(endedBefore: now - Self.keptMilliseconds, now: now, in: connection)
            try InviteTable.prune(at: now, in: connection)
            try LoginAddressTable.prune(before: addressEnd, in: connection)
        }
        context.revocations.prune(at: now)
        try keyRing.dropOutlived(after: context.configuration.refreshIdleLifetime, keeping: Set(living.keys))
    }

    /// Ends the threads that hash passwords; call it when no request is left.
    package func shutdown() async throws {
        try await context.hasher.shutdown()
    }
}
