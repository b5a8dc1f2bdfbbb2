import Database

/// The statements on the tables of the audit log, to run inside a transaction.
enum AuditTable {
    /// Where verification starts: what was before is gone, or was made with another key.
    struct Checkpoint: Sendable {
        enum Reason: String, Sendable {
            /// Nothing is before it: the entries were deleted.
            case pruned
            /// What is before it was made with another key.
            case newKey = "new_key"

            /// What it is signed as, so that neither passes for the other.
            var purpose: String {
                switch self {
                case .pruned: "pruned"
                case .newKey: "checkpoint"
                }
            }
        }

        let link: AuditLink
        let reason: Reason
        let signature: [UInt8]
    }

    private static let columns = "id, time, kind, actor, subject, session, address, details, tag"

    static func insert(_ entry: AuditEntry, tag: [UInt8], in connection: any SQLConnection) throws {
        try connection.execute(
            "INSERT INTO audit (\(columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [
                .integer(entry.id), .integer(entry.time), .text(entry.kind.rawValue), .text(entry.actor),
                .text(entry.subject), .text(entry.session), .text(entry.address), .text(entry.details), .blob(tag),
            ])
    }

    static func last(in connection: any SQLConnection) throws -> AuditLink? {
        try connection.first("SELECT id, tag FROM audit ORDER BY id DESC LIMIT 1", []) { row in
            AuditLink(id: row.integer(0), tag: row.blob(1))
        }
    }

    static func each(
        in connection: any SQLConnection, _ body: (AuditEntry, _ tag: [UInt8]) throws -> Void
    ) throws {
        try connection.query("SELECT \(columns) FROM audit ORDER BY id", []) { row in
            try body(entry(row), row.blob(8))
        }
    }

    static func list(_ filter: AuditFilter, limit: Int, in connection: any SQLConnection) throws -> [AuditEntry] {
        var conditions = ["id > $1"]
        var arguments: [SQLValue] = [.integer(filter.after), .integer(limit)]
        func require(_ condition: (String) -> String, _ value: SQLValue?) {
            guard let value else { return }
            arguments.append(value)
            conditions.append(condition("$\(arguments.count)"))
        }
        require({ "kind = \($0)" }, filter.kind.map { .text($0.rawValue) })
        require({ "(actor = \($0) OR subject = \($0))" }, filter.user.map { .text($0) })
        require({ "time >= \($0)" }, filter.since.map { .integer($0) })
        require({ "time < \($0)" }, filter.until.map { .integer($0) })
        return try connection.all(
            "SELECT \(columns) FROM audit WHERE \(conditions.joined(separator: " AND ")) ORDER BY id LIMIT $2",
            arguments, entry)
    }

    /// The entries at the start of the log with their tags, so many at the most.
    static func oldest(
        _ count: Int, in connection: any SQLConnection
    ) throws -> [(entry: AuditEntry, tag: [UInt8])] {
        try connection.all("SELECT \(columns) FROM audit ORDER BY id LIMIT $1", [.integer(count)]) { row in
            (entry(row), row.blob(8))
        }
    }

    static func delete(upTo id: Int64, in connection: any SQLConnection) throws {
        try connection.execute("DELETE FROM audit WHERE id <= $1", [.integer(id)])
    }

    static func checkpoint(in connection: any SQLConnection) throws -> Checkpoint? {
        try connection.first("SELECT id, tag, reason, signature FROM audit_checkpoints ORDER BY id DESC LIMIT 1", []) {
            Checkpoint(
                link: AuditLink(id: $0.integer(0), tag: $0.blob(1)),
                reason: Checkpoint.Reason(rawValue: $0.text(2)) ?? .pruned, signature: $0.blob(3))
        }
    }

    static func replace(_ checkpoint: Checkpoint, in connection: any SQLConnection) throws {
        try connection.execute("DELETE FROM audit_checkpoints")
        try connection.execute(
            "INSERT INTO audit_checkpoints (id, tag, reason, signature) VALUES ($1, $2, $3, $4)",
            [
                .integer(checkpoint.link.id), .blob(checkpoint.link.tag), .text(checkpoint.reason.rawValue),
                .blob(checkpoint.signature),
            ])
    }

    private static func entry(_ row: any SQLRow) -> AuditEntry {
        AuditEntry(
            id: row.integer(0), time: row.integer(1), kind: AuditKind(rawValue: row.text(2)), actor: row.text(3),
            subject: row.text(4), session: row.text(5), address: row.text(6), details: row.text(7))
    }
}
