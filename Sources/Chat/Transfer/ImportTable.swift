import Database

/// The rows of names whose events stand in the log without a room, so that no reader sees them: rooms that are being
/// imported, which are made last, in the transaction that ends the import, and deleted rooms that are being cleared away.
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
            "SELECT token, last_seq, cut FROM room_imports WHERE room = $1 AND cut >= 0", [.text(room.description)]
        ) { Row(token: $0.text(0), last: $0.integerOrNil(1), cut: $0.integer(2)) }
    }

    static func insert(_ room: RoomID, token: String, at now: Int64, _ connection: any SQLConnection) throws {
        try connection.execute(
            """
            INSERT INTO room_imports (room, token, cut, created_at) VALUES ($1, $2, 0, $3) \
            ON CONFLICT (room) DO UPDATE SET token = excluded.token, cut = 0, created_at = excluded.created_at
            """, [.text(room.description), .text(token), .integer(now)])
    }

    static func advance(_ room: RoomID, last: Int64, cut: Int64, _ connection: any SQLConnection) throws {
        try connection.execute(
            "UPDATE room_imports SET last_seq = $2, cut = $3 WHERE room = $1",
            [.text(room.description), .integer(last), .integer(cut)])
    }

    static func delete(_ room: RoomID, _ connection: any SQLConnection) throws {
        try connection.execute("DELETE FROM room_imports WHERE room = $1", [.text(room.description)])
        try PersonTable.erase(room, connection)
    }

    /// The imports that were not finished.
    static func all(_ connection: any SQLConnection) throws -> [(room: RoomID, token: String)] {
        try connection.all("SELECT room, token FROM room_imports WHERE cut >= 0 ORDER BY room") {
            (RoomID(stored: $0.text(0)), $0.text(1))
        }
    }

    /// Tells whether the name is free of events without a room.
    static func isFree(_ room: RoomID, _ connection: any SQLConnection) throws -> Bool {
        try connection.first("SELECT 1 FROM room_imports WHERE room = $1", [.text(room.description)]) { _ in true }
            == nil
    }

    /// Takes note of a deleted room, whose events are to be cleared away.
    static func insertErased(_ room: RoomID, at now: Int64, _ connection: any SQLConnection) throws {
        try connection.execute(
            "INSERT INTO room_imports (room, token, cut, created_at) VALUES ($1, '', $2, $3)",
            [.text(room.description), .integer(erased), .integer(now)])
    }

    /// The deleted rooms that are not cleared away yet.
    static func allErased(_ connection: any SQLConnection) throws -> [RoomID] {
        try connection.all("SELECT room FROM room_imports WHERE cut = $1 ORDER BY room", [.integer(erased)]) {
            RoomID(stored: $0.text(0))
        }
    }

    /// Takes out up to `limit` events of a deleted room, and the note of it with the last. False when more are left.
    static func clearErased(_ room: RoomID, limit: Int, _ connection: any SQLConnection) throws -> Bool {
        guard try discard(room, limit: limit, connection) < limit else { return false }
        try connection.execute(
            "DELETE FROM room_imports WHERE room = $1 AND cut = $2", [.text(room.description), .integer(erased)])
        return true
    }

    /// What stands as `cut` of a room that was deleted and is no import.
    private static let erased: Int64 = -1

    /// Takes out up to `limit` events of an import; says how many they were.
    static func discard(_ room: RoomID, limit: Int, _ connection: any SQLConnection) throws -> Int {
        let bound = try connection.first(
            "SELECT max(seq) FROM (SELECT seq FROM events WHERE room = $1 ORDER BY seq LIMIT $2)",
            [.text(room.description), .integer(limit)]
        ) { $0.integerOrNil(0) }
        guard let bound = bound.flatMap({ $0 }) else { return 0 }
        try ReactionTable.erase(room: room, through: bound, connection)
        try MentionTable.erase(room: room, through: bound, connection)
        try FileTable.release(room: room, 0...bound, connection)
        try connection.execute(
            "DELETE FROM events WHERE room = $1 AND seq <= $2", [.text(room.description), .integer(bound)])
        return connection.changes
    }
}
