import Database

extension SessionTable {
    /// What a revocation did, to be published in memory after the commit.
    struct Revocation: Sendable {
        let revoked: Revoked
        let entries: [RevocationList.Entry]
    }

    /// Ends the sessions of an order and stores the entries that outlive a restart.
    ///
    /// Throws ``IdentityError`` for an unknown session, user or key; for known ones without a living session it
    /// succeeds and ends none.
    static func revoke(_ order: RevocationOrder, in connection: any SQLConnection) throws -> Revocation {
        try requireTarget(order.target, in: connection)
        var conditions = "revoked_at IS NULL AND (refresh_expires_at > $1 OR access_expires_at > $1)"
        var arguments: [SQLValue] = [.integer(order.time), .text(order.reason), .text(order.actor)]
        func require(_ condition: String, _ value: String) {
            arguments.append(.text(value))
            conditions += " AND \(condition) $\(arguments.count)"
        }
        switch order.target {
        case .session(let id, _): require("id =", id.text)
        case .user(let username): require("username =", username.text)
        case .key(let key): require("kid =", key.text)
        case .everyone: break
        }
        if let except = order.except { require("id <>", except.text) }

        var sessions: [Revoked.Session] = []
        var entries: [RevocationList.Entry] = []
        try connection.query(
            """
            UPDATE sessions SET revoked_at = $1, revoked_reason = $2, revoked_by = $3 WHERE \(conditions)
            RETURNING id, username, access_expires_at
            """,
            arguments
        ) { row in
            let id = try self.id(row, column: 0)
            sessions.append(Revoked.Session(id: id, username: Username(stored: row.text(1))))
            let end = row.integer(2) + RevocationList.marginMilliseconds
            // A session whose tokens ran out long ago needs no entry: what is listed is what can still matter.
            if end > order.time {
                entries.append(RevocationList.Entry(session: id, expiresAt: end, cause: order.cause))
            }
        }
        for entry in entries {
            try connection.execute(
                """
                INSERT INTO revocations (session, expires_at, cause) VALUES ($1, $2, $3)
                ON CONFLICT (session) DO NOTHING
                """,
                [.text(entry.session.text), .integer(entry.expiresAt), .text(entry.cause.rawValue)])
        }
        return Revocation(revoked: Revoked(sessions: sessions), entries: entries)
    }

    /// Says whether a session was ever signed by a key, be it in the ring or not.
    static func knows(_ key: KeyID, in connection: any SQLConnection) throws -> Bool {
        try connection.first("SELECT 1 FROM sessions WHERE kid = $1 LIMIT 1", [.text(key.text)]) { _ in true } ?? false
    }

    private static func requireTarget(_ target: RevocationTarget, in connection: any SQLConnection) throws {
        switch target {
        case .session(let id, let owner):
            let username = try connection.first(
                "SELECT username FROM sessions WHERE id = $1", [.text(id.text)]
            ) { Username(stored: $0.text(0)) }
            guard let username, owner == nil || owner == username else {
                throw IdentityError(.sessionNotFound, "there is no session \(id)")
            }
        case .user(let username):
            guard try UserTable.user(username, in: connection) != nil else {
                throw IdentityError.userNotFound(username)
            }
        case .key, .everyone: break
        }
    }
}
