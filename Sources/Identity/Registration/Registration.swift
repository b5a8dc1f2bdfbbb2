import Database

/// Lets people make their own accounts, as the policy says.
package final class Registration: Sendable {
    /// What lets someone in.
    private enum Permit: Sendable {
        case open
        case invite(Invite)
    }

    private let context: IdentityContext
    private let accounts: Accounts
    private let opening: SessionOpening

    init(_ context: IdentityContext, accounts: Accounts) {
        self.context = context
        self.accounts = accounts
        opening = SessionOpening(context: context)
    }

    /// Makes an account and opens its first session; the invite's use, the account and the session are one transaction.
    ///
    /// Throws ``IdentityError``: `registration_closed`, `invite_required`, `invalid_invite`, `invalid_field`,
    /// `username_taken`, `overloaded`.
    package func register(
        _ username: String, password: String, name: String? = nil, invite: String? = nil, device: String? = nil,
        address: String, network: String? = nil
    ) async throws -> Login {
        let origin = try SessionOpening.origin(device: device, address: address, network: network)
        let (context, opening) = (context, opening)
        let policy = context.configuration.registration
        // Who has no permit does not get to spend the time of a password hash.
        _ = try await context.database.read { connection in
            try Self.permit(invite, policy: policy, at: context.clock.now, in: connection)
        }
        let candidate = try await accounts.candidate(username, password: password, name: name)
        let (row, session, key) = try await context.database.write { connection in
            let now = context.clock.now
            var role = Role.user
            // Before the account exists: the first one's invite is good only while there is none.
            if case .invite(let invite) = try Self.permit(invite, policy: policy, at: now, in: connection) {
                try InviteTable.use(invite, in: connection)
                role = invite.role
            }
            let row = try candidate.insert(role: role, at: now, in: connection)
            let (session, key) = try opening.open(candidate.username, from: origin, at: now, in: connection)
            return (row, session, key)
        }
        context.directory.apply(row)
        return try opening.login(row.user, session, key)
    }

    private static func permit(
        _ secret: String?, policy: RegistrationPolicy, at now: Int64, in connection: any SQLConnection
    ) throws -> Permit {
        let invite = try secret.flatMap { try InviteTable.usable($0, at: now, in: connection) }
        if let invite, invite.isForFirstAccount, try UserTable.isEmpty(in: connection) { return .invite(invite) }
        if policy == .closed {
            throw IdentityError(.registrationClosed, "accounts are made by the administrator here")
        }
        if let invite, !invite.isForFirstAccount { return .invite(invite) }
        if secret != nil { throw IdentityError(.invalidInvite, "the invite is unknown, used up or over") }
        if policy == .invite { throw IdentityError(.inviteRequired, "registering takes an invite") }
        return .open
    }
}
