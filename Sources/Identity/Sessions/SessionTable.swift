import Database

/// The statements on the table `sessions`, to run inside a transaction.
enum SessionTable {
    static let columns = """
        id, username, device, address, created_at, last_seen_at, generation, kid, refresh_expires_at, \
        absolute_expires_at, revoked_at, revoked_reason, revoked_by
        """

    /// A session with the time of its last move.
    struct Present: Sendable {
        let session: Session
        let movedAt: Int64
    }

    static func insert(
        _ session: Session, accessExpiresAt: Int64, in connection: any SQLConnection
    ) throws {
        try connection.execute(
            """
            INSERT INTO sessions (id, username, device, address, created_at, last_seen_at, generation, moved_at, kid,
                access_expires_at, refresh_expires_at, absolute_expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $6, $8, $9, $10, $11)
            """,
            [
                .text(session.id.text), .text(session.username.text), .text(session.device), .text(session.address),
                .integer(session.createdAt), .integer(session.lastSeenAt), .integer(session.generation),
                .text(session.key.text), .integer(accessExpiresAt), .integer(session.refreshExpiresAt),
                .integer(session.absoluteExpiresAt),
            ])
    }

    static func session(_ id: SessionID, in connection: any SQLConnection) throws -> Present? {
        try connection.first("SELECT \(columns), moved_at FROM sessions WHERE id = $1", [.text(id.text)]) { row in
            Present(session: try session(row), movedAt: row.integer(13))
        }
    }

    /// Notes a refresh: to the next generation, or, with the same one, only that it was there.
    static func renew(
        _ id: SessionID, generation: Int64, movedAt: Int64, address: String, key: KeyID, at now: Int64,
        accessExpiresAt: Int64, refreshExpiresAt: Int64, in connection: any SQLConnection
    ) throws -> Session? {
        try connection.first(
            """
            UPDATE sessions SET generation = $2, moved_at = $3, address = $4, kid = $5, last_seen_at = $6,
                access_expires_at = CASE WHEN access_expires_at > $7 THEN access_expires_at ELSE $7 END,
                refresh_expires_at = $8
            WHERE id = $1 RETURNING \(columns)
            """,
            [
                .text(id.text), .integer(generation), .integer(movedAt), .text(address), .text(key.text), .integer(now),
                .integer(accessExpiresAt), .integer(refreshExpiresAt),
            ], session)
    }

    /// Deletes the rows of sessions that ended before `time`, and the revocations that expired before `now`.
    static func prune(endedBefore time: Int64, now: Int64, in connection: any SQLConnection) throws {
        try connection.execute("DELETE FROM sessions WHERE refresh_expires_at < $1", [.integer(time)])
        try connection.execute("DELETE FROM revocations WHERE expires_at <= $1", [.integer(now)])
    }

    static func session(_ row: any SQLRow) throws -> Session {
        Session(
            id: try id(row, column: 0), username: Username(stored: row.text(1)), device: row.text(2),
            address: row.text(3), createdAt: row.integer(4), lastSeenAt: row.integer(5), generation: row.integer(6),
            key: KeyID(stored: row.text(7)), refreshExpiresAt: row.integer(8), absoluteExpiresAt: row.integer(9),
            revokedAt: row.integerOrNil(10), revokedReason: row.textOrNil(11), revokedBy: row.textOrNil(12))
    }

    static func id(_ row: any SQLRow, column: Int) throws -> SessionID {
        guard let id = row.withBytes(column, { SessionID(utf8: $0) }) else {
            throw DatabaseError(.unusable, reason: "the table of sessions holds an id that is none")
        }
        return id
    }
}
