import Database
import OpenSSLCrypto

/// The rows of webhooks, their secrets as digests only.
enum WebhookTable {
    private static let columns = "hook, room, name, created_by, created_at"

    static func insert(_ hook: Webhook, digest: SHA256Digest, _ connection: any SQLConnection) throws {
        try connection.execute(
            """
            INSERT INTO webhooks (hook, room, name, created_by, created_at, digest) VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .text(hook.id), .text(hook.room.description), .text(hook.name), .text(hook.createdBy.description),
                .integer(hook.createdAt), .blob(digest.bytes),
            ])
    }

    static func list(of room: RoomID, _ connection: any SQLConnection) throws -> [Webhook] {
        try connection.all(
            "SELECT \(columns) FROM webhooks WHERE room = $1 ORDER BY created_at, hook", [.text(room.description)],
            webhook)
    }

    /// False where the room has no such webhook.
    static func delete(_ id: String, of room: RoomID, _ connection: any SQLConnection) throws -> Bool {
        try connection.execute(
            "DELETE FROM webhooks WHERE hook = $1 AND room = $2", [.text(id), .text(room.description)])
        return connection.changes == 1
    }

    /// The webhook, where the digest is that of its secret; compared in constant time.
    static func verified(_ id: String, digest: SHA256Digest, _ connection: any SQLConnection) throws -> Webhook? {
        try connection.first("SELECT \(columns), digest FROM webhooks WHERE hook = $1", [.text(id)]) {
            row -> Webhook? in
            let isRight = row.withBytes(5) { stored in
                digest.bytes.withUnsafeBytes { constantTimeEquals(stored, $0) }
            }
            return isRight ? webhook(row) : nil
        } ?? nil
    }

    private static func webhook(_ row: any SQLRow) -> Webhook {
        Webhook(
            id: row.text(0), room: RoomID(stored: row.text(1)), name: row.text(2),
            createdBy: UserID(stored: row.text(3)), createdAt: row.integer(4))
    }
}
