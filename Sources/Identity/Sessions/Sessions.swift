import Database
import OpenSSLCrypto

/// Opens, renews, lists and ends sessions.
///
/// All calls throw ``IdentityError`` and, when the disk fails, `DatabaseError`. What ends sessions gives those that it
/// ended; the caller closes their sockets.
package final class Sessions: Sendable {
    private static let maximumReasonCount = 256

    let context: IdentityContext
    let opening: SessionOpening

    init(_ context: IdentityContext) {
        self.context = context
        opening = SessionOpening(context: context)
    }

    /// Opens a session for who knows the password.
    ///
    /// `network` is what the address is counted as and known by, the address itself unless given.
    /// Throws `invalid_credentials` for an unknown user, a wrong password and a disabled account, in the same words
    /// and at the same cost; `totp_required` to who knows the password of an account with a second factor, when `totp`
    /// is missing or is neither a code of this moment nor a recovery code (then with the field `totp`); `overloaded` when too many logins wait.
    package func login(
        _ username: String, password: String, totp: String? = nil, device: String? = nil, address: String,
        network: String? = nil
    ) async throws -> Login {
        let origin = try SessionOpening.origin(device: device, address: address, network: network)
        guard let normalized = PasswordPolicy.normalized(password) else { throw IdentityError.invalidCredentials() }
        let id = Username(username)
        let credentials = try await context.database.read { connection in
            try id.flatMap { try UserTable.credentials($0, in: connection) }
        }
        let known = try credentials?.known
        let isRight = try await context.hasher.verify(normalized, against: known)
        guard isRight, let id, let known, let credentials, !credentials.isDisabled else {
            throw IdentityError.invalidCredentials()
        }
        // The login does not fail when there is no thread for this: the next one tries again.
        let stronger = context.hasher.isOutdated(known) ? try? await context.hasher.hash(normalized) : nil

        let (context, opening) = (context, opening)
        let (user, session, key, codesLeft) = try await context.database.write { connection in
            // What was checked may have changed while the password was hashed.
            let present = try UserTable.credentials(id, in: connection)
            guard let present, !present.isDisabled, present.passwordVersion == credentials.passwordVersion,
                let user = try UserTable.user(id, in: connection)?.user
            else { throw IdentityError.invalidCredentials() }
            let now = context.clock.now
            let codesLeft = try SecondFactorTable.pass(totp, of: id, at: now, in: connection)
            if let stronger {
                try UserTable.rehash(stronger, of: id, version: present.passwordVersion, in: connection)
            }
            let (session, key) = try opening.open(id, from: origin, at: now, in: connection)
            return (user, session, key, codesLeft)
        }
        var login = try opening.login(user, session, key)
        login.recoveryCodesLeft = codesLeft
        return login
    }

    /// One session, also one that has ended; nil when there is none.
    package func session(_ id: SessionID) async throws -> Session? {
        try await context.database.read { try SessionTable.session(id, in: $0)?.session }
    }

    /// One session as `session(_:)` gives it; blocks.
    package func sessionBlocking(_ id: SessionID) throws -> Session? {
        try context.database.readBlocking { try SessionTable.session(id, in: $0)?.session }
    }

    /// The living sessions, of a user or of all, newest first, page by page; `cursor` comes from the page before.
    package func list(
        of username: Username? = nil, after cursor: String? = nil, limit: Int = 50
    ) async throws -> Page<Session> {
        let place = try SessionTable.Place(cursor: cursor)
        let limit = Page<Session>.bounded(limit)
        let now = context.clock.now
        let sessions = try await context.database.read { connection in
            try SessionTable.list(of: username, after: place, limit: limit + 1, at: now, in: connection)
        }
        return Page(sessions, limit: limit, cursor: SessionTable.Place.cursor)
    }

    /// Ends sessions; they are in the revocation list, on disk and in memory, when the call returns.
    ///
    /// Throws `session_not_found`, `user_not_found` or `key_not_found` for a target that does not exist. One that has
    /// no living session is no error.
    package func revoke(
        _ target: RevocationTarget, except: SessionID? = nil, reason: String, by actor: String
    ) async throws -> Revoked {
        let context = context
        let reason = try Self.acceptedReason(reason)
        let outcome = try await context.database.write { connection in
            if case .key(let key) = target, context.ring.snapshot.key(key) == nil,
                try !SessionTable.knows(key, in: connection)
            {
                throw IdentityError(.keyNotFound, "there is no key \(key)")
            }
            let order = RevocationOrder(
                target: target, except: except, reason: reason, actor: actor, time: context.clock.now)
            return try SessionTable.revoke(order, in: connection)
        }
        return context.publish(outcome)
    }

    static func acceptedReason(_ reason: String) throws -> String {
        try IdentityContext.accepted(reason, maximum: maximumReasonCount, field: "reason")
    }

    /// Ends every session that a good token of the two names; without one it ends none.
    package func logout(access: String?, refresh: String?) async throws -> Revoked {
        var named: [SessionID: Username] = [:]
        if let token = try? context.tokens.verifyAccess(access) { named[token.session] = token.username }
        if let token = try? context.tokens.verifyRefresh(refresh) { named[token.session] = token.username }
        var ended: [Revoked.Session] = []
        for (session, username) in named {
            do {
                let target = RevocationTarget.session(session, of: username)
                ended += try await revoke(target, reason: "logout", by: username.text).sessions
            } catch let error as IdentityError where error.code == .sessionNotFound {
                // A session that ended so long ago that its row is gone.
                continue
            }
        }
        return Revoked(sessions: ended)
    }
}
