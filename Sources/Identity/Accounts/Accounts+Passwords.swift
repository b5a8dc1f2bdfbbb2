import Database
import OpenSSLCrypto

extension Accounts {
    /// Sets a password on an administrator's word; ends every session of the user.
    package func setPassword(
        _ password: String, of username: Username, by actor: String
    ) async throws -> Revoked {
        guard let user = context.directory.user(username) else { throw IdentityError.userNotFound(username) }
        guard !user.isBot else { throw IdentityError.invalidField("user", "a bot has a key and no password") }
        let hash = try await hash(password, for: username, field: "password")
        return try await store(hash, of: username, replacing: nil, keeping: nil, by: actor)
    }

    /// Sets a password on the user's word, who knows the present one; ends every session but `session`.
    ///
    /// Throws ``IdentityError`` with the code `invalid_credentials` when `current` is wrong, `invalid_field` for `new`.
    package func changePassword(
        of username: Username, current: String, new: String, keeping session: SessionID
    ) async throws -> Revoked {
        let credentials = try await context.database.read { try UserTable.credentials(username, in: $0) }
        guard let credentials, !credentials.isDisabled, let normalized = PasswordPolicy.normalized(current) else {
            throw IdentityError.invalidCredentials()
        }
        guard let known = try credentials.known else { throw IdentityError.invalidCredentials() }
        guard try await context.hasher.verify(normalized, against: known) else {
            throw IdentityError.invalidCredentials()
        }
        let hash = try await hash(new, for: username, field: "new")
        return try await store(
            hash, of: username, replacing: credentials.passwordVersion, keeping: session, by: username.text)
    }

    private func hash(_ password: String, for username: Username, field: String) async throws -> PasswordHash {
        try await context.hasher.hash(PasswordPolicy.accepted(password, for: username, field: field))
    }

    private func store(
        _ hash: PasswordHash, of username: Username, replacing version: Int64?, keeping session: SessionID?,
        by actor: String
    ) async throws -> Revoked {
        let clock = context.clock
        let (row, outcome) = try await context.database.write { connection in
            // Someone else set a password since the present one was checked.
            if let version, try UserTable.credentials(username, in: connection)?.passwordVersion != version {
                throw IdentityError.invalidCredentials()
            }
            let row = try UserTable.setPassword(hash, of: username, in: connection)
            let order = RevocationOrder(
                target: .user(username), except: session, reason: "password changed", actor: actor, time: clock.now)
            return (row, try SessionTable.revoke(order, in: connection))
        }
        _ = apply(row)
        return context.publish(outcome)
    }
}
