import Database

extension RoomReader {
    private static let recordColumns = """
        r.room, r.kind, r.title, r.topic, \
        COALESCE((SELECT max(e.seq) FROM events e WHERE e.room = r.room), r.cut), r.cut, \
        (SELECT count(*) FROM members c WHERE c.room = r.room AND c.state = 0), r.retention, r.created_at, \
        r.slow_mode, r.archived_at
        """

    /// All rooms in the order of their slugs, those behind `cursor`. Throws `DatabaseError`.
    package func records(after cursor: String?, limit: Int) async throws -> [RoomRecord] {
        try await engine.read { connection in
            try connection.all(
                "SELECT \(Self.recordColumns) FROM rooms r WHERE r.room > $1 ORDER BY r.room LIMIT $2",
                [.text(cursor ?? ""), .integer(limit)]
            ) { Self.record($0) }
        }
    }

    /// One room, whoever may see it. Throws `ChatError.roomNotFound` and `DatabaseError`.
    package func record(_ room: RoomID) async throws -> RoomRecord {
        try await engine.read { try Self.record(room, $0) }
    }

    static func record(_ room: RoomID, _ connection: any SQLConnection) throws -> RoomRecord {
        let found = try connection.first(
            "SELECT \(recordColumns) FROM rooms r WHERE r.room = $1", [.text(room.description)]
        ) { record($0) }
        guard let found else { throw ChatError.roomNotFound }
        return found
    }

    /// The members of any room in the order of their names, those behind `cursor`. Throws `ChatError.roomNotFound`
    /// and `DatabaseError`.
    package func members(ofRecord room: RoomID, after cursor: String?, limit: Int) async throws -> [Entry] {
        try await engine.read { connection in
            _ = try Self.record(room, connection)
            return try Self.entries(of: room, after: cursor, limit: limit, connection)
        }
    }

    private static func record(_ row: any SQLRow) -> RoomRecord {
        RoomRecord(
            id: RoomID(stored: row.text(0)), kind: RoomKind(rawValue: row.text(1)) ?? .private,
            title: row.textOrNil(2), topic: row.textOrNil(3), head: row.integer(4), cut: row.integer(5),
            memberCount: Int(row.integer(6)), retention: Retention(seconds: row.integerOrNil(7)),
            slowMode: row.integer(9), archivedAt: row.integerOrNil(10), createdAt: row.integer(8))
    }
}
