import Database

extension SessionTable {
    /// A place in the list of sessions, newest first.
    struct Place: Sendable {
        let createdAt: Int64
        let id: String

        /// Before the first.
        static let start = Place(createdAt: .max, id: "")

        init(createdAt: Int64, id: String) {
            self.createdAt = createdAt
            self.id = id
        }

        /// Reads a cursor, which a client may have made up.
        init(cursor: String?) throws {
            guard let cursor else {
                self = .start
                return
            }
            let parts = cursor.split(separator: ".", maxSplits: 1)
            guard parts.count == 2, let createdAt = Int64(parts[0]), SessionID(String(parts[1])) != nil else {
                throw IdentityError.invalidField("cursor", "the cursor is not one of this list")
            }
            self.init(createdAt: createdAt, id: String(parts[1]))
        }

        static func cursor(of session: Session) -> String { "\(session.createdAt).\(session.id)" }
    }

    /// Up to `limit` living sessions after a place, newest first.
    static func list(
        of username: Username?, after place: Place, limit: Int, at now: Int64, in connection: any SQLConnection
    ) throws -> [Session] {
        var arguments: [SQLValue] = [
            .integer(now), .integer(place.createdAt), .text(place.id), .integer(limit),
        ]
        if let username { arguments.append(.text(username.text)) }
        return try connection.all(
            """
            SELECT \(columns) FROM sessions
            WHERE revoked_at IS NULL AND refresh_expires_at > $1 AND (created_at, id) < ($2, $3)
            \(username == nil ? "" : "AND username = $5") ORDER BY created_at DESC, id DESC LIMIT $4
            """,
            arguments, session)
    }
}
