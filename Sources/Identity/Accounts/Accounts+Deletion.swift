import Database

extension Accounts {
    /// Takes an account out for good; its name stays taken, so that nobody else becomes the author of its messages.
    ///
    /// Its password, its name to show and what its sessions knew of devices and addresses are erased. Its sessions end.
    /// Throws `user_not_found`.
    package func delete(
        _ username: Username, reason: String = "account deleted", by actor: String
    ) async throws -> Revoked {
        let clock = context.clock
        let reason = try Sessions.acceptedReason(reason)
        let (row, outcome) = try await context.database.write { connection in
            let now = clock.now
            guard try UserTable.credentials(username, in: connection) != nil else {
                throw IdentityError.userNotFound(username)
            }
            let order = RevocationOrder(
                target: .user(username), reason: reason, actor: actor, cause: .accountDisabled, time: now)
            let outcome = try SessionTable.revoke(order, in: connection)
            try SessionTable.forgetOrigins(of: username, in: connection)
            try LoginAddressTable.delete(of: username, in: connection)
            _ = try SecondFactorTable.delete(of: username, in: connection)
            return (try UserTable.delete(username, at: now, in: connection), outcome)
        }
        _ = apply(row)
        return context.publish(outcome)
    }
}

extension SessionTable {
    static func forgetOrigins(of username: Username, in connection: any SQLConnection) throws {
        try connection.execute(
            "UPDATE sessions SET device = '', address = '' WHERE username = $1", [.text(username.text)])
    }
}
