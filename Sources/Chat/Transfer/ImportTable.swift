import Database

/// The rows of rooms that are being imported. Their events stand in the log already, and no reader sees them: the room
/// itself is made last, in the transaction that ends the import.
enum ImportTable {
    /// A room that is being imported.
    struct Row {
        let token: String
        /// The last `seq` that was stored, nil before the first.
        let last: Int64?
        /// What stands before the first event.
        let cut: Int64
    }

    static func row(_ room: RoomID, _ connection: any SQLConnection) throws -> Row? {
        try connection.first(
            "SELECT token, last_seq, cut FROM room_imports WHERE room = $1", [.text(room.description)]
        ) { Row(token: $0.text(0), last: $0.integerOrNil(1), cut: $0.integer(2)) }
    }

    static func insert(_ room: RoomID, token: String, at now: Int64, _ connection: any SQLConnection) throws {
        try connection.execute(
            """
            INSERT INTO room_imports (room, token, cut, created_at) VALUES ($1, $2, 0, $3) \
            ON CONFLICT (room) DO UPDATE SET token = excluded.token, created_at = excluded.created_at
            """, [.text(room.description), .text(token), .integer(now)])
    }

    static func advance(_ room: RoomID, last: Int64, cut: Int64, _ connection: any SQLConnection) throws {
        try connection.execute(
            "UPDATE room_imports SET last_seq = $2, cut = $3 WHERE room = $1",
            [.text(room.description), .integer(last), .integer(cut)])
    }

    static func delete(_ room: RoomID, _ connection: any SQLConnection) throws {
        try connection.execute("DELETE FROM room_imports WHERE room = $1", [.text(room.description)])
    }

    static func all(_ connection: any SQLConnection) throws -> [(room: RoomID, token: String)] {
        try connection.all("SELECT room, token FROM room_imports ORDER BY room") {
            (RoomID(stored: $0.text(0)), $0.text(1))
        }
    }

    /// Takes out up to `limit` events of an import; says how many they were.
    static func discard(_ room: RoomID, limit: Int, _ connection: any SQLConnection) throws -> Int {
        let bound = try connection.first(
            "SELECT max(seq) FROM (SELECT seq FROM events WHERE room = $1 ORDER BY seq LIMIT $2)",
            [.text(room.description), .integer(limit)]
        ) { $0.integerOrNil(0) }
        guard let bound = bound.flatMap({ $0 }) else { return 0 }
        try ReactionTable.erase(room: room, through: bound, connection)
        try MentionTable.erase(room: room, through: bound, connection)
        try connection.execute(
            "DELETE FROM events WHERE room = $1 AND seq <= $2", [.text(room.description), .integer(bound)])
        return connection.changes
    }
}
