import Database
import OpenSSLCrypto

/// The statements on the table `invites`, to run inside a transaction.
enum InviteTable {
    private static let columns = "id, role, uses_left, first_account, expires_at, created_by, created_at"

    static func insert(_ invite: Invite, secret: String, in connection: any SQLConnection) throws {
        try connection.execute(
            """
            INSERT INTO invites (id, secret_hash, role, uses_left, first_account, expires_at, created_by, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .text(invite.id.text), .blob(SHA256Digest(of: secret).bytes), .text(invite.role.rawValue),
                .integer(invite.usesLeft), .integer(invite.isForFirstAccount ? 1 : 0), .optional(invite.expiresAt),
                .optional(invite.createdBy), .integer(invite.createdAt),
            ])
    }

    /// The invite of a secret that can still be used; nil when it is unknown, used up or over.
    static func usable(_ secret: String, at now: Int64, in connection: any SQLConnection) throws -> Invite? {
        try connection.first(
            """
            SELECT \(columns) FROM invites
            WHERE secret_hash = $1 AND uses_left > 0 AND (expires_at IS NULL OR expires_at > $2)
            """,
            [.blob(SHA256Digest(of: secret).bytes), .integer(now)], invite)
    }

    static func use(_ invite: Invite, in connection: any SQLConnection) throws {
        try connection.execute("UPDATE invites SET uses_left = uses_left - 1 WHERE id = $1", [.text(invite.id.text)])
    }

    static func delete(_ id: InviteID, in connection: any SQLConnection) throws -> Bool {
        try connection.execute("DELETE FROM invites WHERE id = $1", [.text(id.text)])
        return connection.changes > 0
    }

    static func deleteForFirstAccount(in connection: any SQLConnection) throws {
        try connection.execute("DELETE FROM invites WHERE first_account = 1")
    }

    /// Up to `limit` invites that can still be used, by id.
    static func list(
        after cursor: String, limit: Int, at now: Int64, in connection: any SQLConnection
    ) throws -> [Invite] {
        try connection.all(
            """
            SELECT \(columns) FROM invites
            WHERE id > $1 AND uses_left > 0 AND (expires_at IS NULL OR expires_at > $2) ORDER BY id LIMIT $3
            """,
            [.text(cursor), .integer(now), .integer(limit)], invite)
    }

    /// Deletes the invites that are used up or over.
    static func prune(at now: Int64, in connection: any SQLConnection) throws {
        try connection.execute("DELETE FROM invites WHERE uses_left <= 0 OR expires_at <= $1", [.integer(now)])
    }

    private static func invite(_ row: any SQLRow) -> Invite {
        Invite(
            id: InviteID(row.text(0)), role: Role(rawValue: row.text(1)) ?? .user, usesLeft: row.integer(2),
            isForFirstAccount: row.integer(3) != 0, expiresAt: row.integerOrNil(4), createdBy: row.textOrNil(5),
            createdAt: row.integer(6))
    }
}
