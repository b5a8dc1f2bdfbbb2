import Database

/// The indexer's work, in steps of one transaction each.
struct SearchIndexing {
    /// What a step cost.
    struct Spent {
        /// From its turn on.
        let time: Duration
        /// Whether the step had to wait for another transaction: the log is busy.
        let isContended: Bool
    }

    /// Events of one room in a step, at the most, so that a busy room does not keep the others waiting.
    private static let eventsOfRoom = 500
    /// A step that waits longer than this for its turn had another transaction before it.
    static let contention: Duration = .microseconds(200)

    let engine: any DatabaseEngine
    /// Whether rows of deleted rooms are left to clear away.
    private(set) var hasDiscarded = true
    /// The room at which the last step ended; the next one goes on behind it.
    private var last: Int64 = 0
    /// The numbers of rooms that were met, for the order only: a step that asked for all of them again would have no
    /// time left for messages.
    private var numbers: [RoomID: Int64] = [:]

    init(engine: any DatabaseEngine) { self.engine = engine }

    /// The rooms whose log holds more than the index has seen.
    func backlog() throws -> Set<RoomID> {
        try engine.readBlocking { connection in
            try Set(
                connection.all(
                    """
                    SELECT r.room FROM rooms r LEFT JOIN search_rooms s ON s.room = r.room \
                    WHERE COALESCE(s.indexed_seq, 0) < \
                    COALESCE((SELECT max(e.seq) FROM events e WHERE e.room = r.room), 0)
                    """
                ) { RoomID(stored: $0.text(0)) })
        }
    }

    /// Indexes for about as long as `slice` and takes those rooms out of `rooms` that are done.
    mutating func step(_ rooms: inout Set<RoomID>, within slice: Duration) throws -> Spent {
        let clock = ContinuousClock()
        let asked = clock.now
        var begun = asked
        var (left, last, hasDiscarded, numbers) = (rooms, self.last, self.hasDiscarded, self.numbers)
        try engine.writeBlocking { connection in
            begun = clock.now
            let deadline = begun + slice
            for room in rooms where numbers[room] == nil {
                if clock.now >= deadline { break }
                numbers[room] = try Self.known(room, connection)?.number
            }
            // In the order of the index: rows that do not ascend cost it a segment each time.
            let ordered = rooms.map { ($0, numbers[$0] ?? 0) }.sorted { $0.1 < $1.1 }
            let start = ordered.firstIndex { $0.1 > last } ?? 0
            for (room, number) in ordered[start...] + ordered[..<start] {
                let state = try Self.known(room, connection)
                if try state.map({ try Self.index(room, $0, until: deadline, connection) }) ?? true {
                    left.remove(room)
                }
                last = number
                if clock.now >= deadline { break }
            }
            if left.isEmpty { hasDiscarded = try Self.clearDiscarded(connection) }
        }
        (rooms, self.last, self.hasDiscarded, self.numbers) = (left, last, hasDiscarded, numbers)
        return Spent(time: clock.now - begun, isContended: begun - asked > Self.contention)
    }

    private static func known(_ room: RoomID, _ connection: any SQLConnection) throws -> SearchTable.Room? {
        try SearchTable.room(room, connection) ?? SearchTable.addRoom(room, connection)
    }

    /// Indexes events of a room; true when there are no more.
    private static func index(
        _ room: RoomID, _ state: SearchTable.Room, until deadline: ContinuousClock.Instant,
        _ connection: any SQLConnection
    ) throws -> Bool {
        var state = state
        let first = state.indexed
        var count = 0
        var isInTime = true
        try SearchTable.forEachEvent(of: room, after: first, limit: eventsOfRoom, connection) { message in
            if message.text != nil {
                try SearchTable.insert(message.document(room: state), room: state, seq: message.seq, connection)
            }
            state.indexed = message.seq
            count += 1
            isInTime = !count.isMultiple(of: 16) || ContinuousClock.now < deadline
            return isInTime
        }
        if state.indexed != first { try SearchTable.setIndexed(state, connection) }
        return isInTime && count < eventsOfRoom
    }

    /// Takes some rows of deleted rooms out of the index; true when there may be more.
    private static func clearDiscarded(_ connection: any SQLConnection) throws -> Bool {
        let discarded = try connection.first("SELECT number, indexed_seq FROM search_discarded ORDER BY number") {
            SearchTable.Room(number: $0.integer(0), indexed: $0.integer(1))
        }
        guard let discarded else { return false }
        let low = max(0, discarded.indexed - Int64(eventsOfRoom) + 1)
        try SearchTable.remove(low...max(low, discarded.indexed), room: discarded, connection)
        if low == 0 {
            try connection.execute("DELETE FROM search_discarded WHERE number = $1", [.integer(discarded.number)])
        } else {
            try connection.execute(
                "UPDATE search_discarded SET indexed_seq = $2 WHERE number = $1",
                [.integer(discarded.number), .integer(low - 1)])
        }
        return true
    }
}
