import Database

/// The rows of the search index, and the only place that knows how the engine searches.
///
/// A row's id is its room's number and, in the lower bits, its `seq`: a room's rows lie side by side, newest last, so
/// that a search within a room never touches another. Numbers stand for rooms only as long as `search_rooms` says so.
enum SearchTable {
    /// A room as the index knows it.
    struct Room: Sendable {
        let number: Int64
        /// The last `seq` that the index has seen.
        var indexed: Int64
    }

    private static let seqBits: Int64 = 36
    private static let seqMask: Int64 = 1 << seqBits - 1
    private static let maximumNumber: Int64 = 1 << (63 - seqBits) - 1

    /// The room's number, nil while nothing of it was indexed.
    static func room(_ room: RoomID, _ connection: any SQLConnection) throws -> Room? {
        try connection.first(
            "SELECT number, indexed_seq FROM search_rooms WHERE room = $1", [.text(room.description)]
        ) { Room(number: $0.integer(0), indexed: $0.integer(1)) }
    }

    /// Gives a room that exists a number; nil for one that does not.
    static func addRoom(_ room: RoomID, _ connection: any SQLConnection) throws -> Room? {
        let last = """
            SELECT COALESCE(max(number), 0) AS number FROM \
            (SELECT max(number) AS number FROM search_rooms UNION ALL SELECT max(number) FROM search_discarded) AS n
            """
        try connection.execute(
            """
            INSERT INTO search_rooms (room, number, indexed_seq) \
            SELECT room, (\(last)) + 1, 0 FROM rooms WHERE room = $1
            """, [.text(room.description)])
        return try self.room(room, connection)
    }

    static func setIndexed(_ room: Room, _ connection: any SQLConnection) throws {
        try connection.execute(
            "UPDATE search_rooms SET indexed_seq = $2 WHERE number = $1",
            [.integer(room.number), .integer(room.indexed)])
    }

    /// Adds a message that is not in the index.
    static func insert(
        _ document: SearchDocument, room: Room, seq: Int64, _ connection: any SQLConnection
    ) throws {
        guard let id = rowID(room.number, seq) else { return }
        try connection.execute(
            "INSERT INTO search (rowid, words, marks) VALUES ($1, $2, $3)",
            [.integer(id), .text(document.words), .text(document.marks)])
    }

    /// Takes the messages of a range of `seq` out of the index.
    static func remove(_ seqs: ClosedRange<Int64>, room: Room, _ connection: any SQLConnection) throws {
        let (low, high) = rowIDs(room.number, seqs)
        try connection.execute("DELETE FROM search WHERE rowid >= $1 AND rowid <= $2", [.integer(low), .integer(high)])
        guard connection.changes > 0 else { return }
        try connection.execute("UPDATE search_erasures SET asked = asked + 1 WHERE id = 1")
    }

    /// Calls `body` with the `seq` and the time of messages of a room that match, newest first, until it returns false.
    static func scan(
        _ expression: FullTextExpression, room: RoomID, number: Int64, seqs: ClosedRange<Int64>,
        _ connection: any SQLConnection, _ body: (_ seq: Int64, _ at: Int64) -> Bool
    ) throws {
        let (low, high) = rowIDs(number, seqs)
        // CROSS JOIN: the index leads, and gives its rows in their order without a sort.
        try connection.scan(
            """
            SELECT e.seq, e.at FROM search CROSS JOIN events e ON e.room = $2 AND e.seq = (search.rowid & $5) \
            WHERE search MATCH $1 AND search.rowid >= $3 AND search.rowid <= $4 AND e.kind = 0 AND e.deleted = 0 \
            ORDER BY search.rowid DESC
            """,
            [
                .text(expression.fts5), .text(room.description), .integer(low), .integer(high), .integer(seqMask),
            ]
        ) { body($0.integer(0), $0.integer(1)) }
    }

    /// The `seq` of every message that matches, by the number of its room, ascending; nil when there are more than
    /// `limit`, when there will be by the looks of the first of `rooms` rooms, and for an expression that asks for
    /// nothing.
    static func everywhere(
        _ expression: FullTextExpression, limit: Int, rooms: Int64, _ connection: any SQLConnection
    ) throws -> [Int64: [Int64]]? {
        guard !expression.groups.isEmpty else { return nil }
        var found: [Int64: [Int64]] = [:]
        var count = 0
        var isRare = true
        try connection.scan(
            "SELECT rowid FROM search WHERE search MATCH $1 ORDER BY rowid", [.text(expression.fts5)]
        ) { row in
            let id = row.integer(0)
            let number = id >> seqBits
            found[number, default: []].append(id & seqMask)
            count += 1
            let expected = count.isMultiple(of: sample) ? Int64(count) * rooms / max(1, number) : 0
            isRare = count <= limit && expected <= limit
            return isRare
        }
        return isRare ? found : nil
    }

    /// Matches after which it is asked how many more there may be.
    private static let sample = 2000

    private static func rowID(_ number: Int64, _ seq: Int64) -> Int64? {
        guard (0...maximumNumber).contains(number), (0...seqMask).contains(seq) else { return nil }
        return number << seqBits | seq
    }

    private static func rowIDs(_ number: Int64, _ seqs: ClosedRange<Int64>) -> (Int64, Int64) {
        let bounded = seqs.clamped(to: 0...seqMask)
        guard let low = rowID(number, bounded.lowerBound), let high = rowID(number, bounded.upperBound) else {
            return (1, 0)
        }
        return (low, high)
    }
}
