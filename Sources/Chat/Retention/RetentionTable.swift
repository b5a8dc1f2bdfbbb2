import Database

/// The rows of what rooms keep: `rooms.retention` is a room's own setting, `rooms.cut` the last `seq` that went.
enum RetentionTable {
    /// Takes note that the events up to `seq` are gone, so that the numbers go on behind them.
    static func cut(_ room: RoomID, through seq: Int64, _ connection: any SQLConnection) throws {
        try connection.execute(
            "UPDATE rooms SET cut = $2 WHERE room = $1 AND cut < $2", [.text(room.description), .integer(seq)])
    }

    /// The rooms behind `cursor` in the order of their slugs, each with its own setting.
    static func rooms(
        after cursor: RoomID?, limit: Int, _ connection: any SQLConnection
    ) throws -> [(room: RoomID, retention: Retention)] {
        try connection.all(
            "SELECT room, retention FROM rooms WHERE room > $1 ORDER BY room LIMIT $2",
            [.text(cursor?.description ?? ""), .integer(limit)]
        ) { (RoomID(stored: $0.text(0)), Retention(seconds: $0.integerOrNil(1))) }
    }

    /// The last of the first `limit` events that came before `time`, with none before it that did not; nil for none.
    static func lastExpired(
        in room: RoomID, before time: Int64, limit: Int, _ connection: any SQLConnection
    ) throws -> Int64? {
        var last: Int64?
        var goesOn = true
        try connection.query(
            "SELECT seq, at FROM events WHERE room = $1 ORDER BY seq LIMIT $2",
            [.text(room.description), .integer(limit)]
        ) { row in
            goesOn = goesOn && row.integer(1) < time
            if goesOn { last = row.integer(0) }
        }
        return last
    }
}
