import Database

// What the transactions of the log owe the index: nothing of a text may be found once it was changed or deleted.
extension SearchTable {
    /// Brings a message that was edited or deleted up to date, in the transaction that changed its row. A message that
    /// the index has not seen yet is left to the indexer.
    static func changed(_ room: RoomID, seq: Int64, _ connection: any SQLConnection) throws {
        guard let known = try self.room(room, connection), seq <= known.indexed else { return }
        try remove(seq...seq, room: known, connection)
        try forEachMessage(of: room, after: seq - 1, through: seq, limit: 1, connection) { message in
            try insert(message.document(room: known), room: known, seq: seq, connection)
        }
    }

    /// Takes the messages up to `seq` out of the index, in the transaction that removes them from the log.
    static func removed(_ room: RoomID, through seq: Int64, _ connection: any SQLConnection) throws {
        guard let known = try self.room(room, connection), known.indexed > 0 else { return }
        try remove(0...max(0, min(seq, known.indexed)), room: known, connection)
    }

    /// Lets go of a room, in the transaction that deletes it. From then on no search reaches its rows; the indexer
    /// clears them away by and by, and only then may another room have the number.
    static func ended(_ room: RoomID, _ connection: any SQLConnection) throws {
        try connection.execute(
            """
            INSERT INTO search_discarded (number, indexed_seq) \
            SELECT number, indexed_seq FROM search_rooms WHERE room = $1
            """, [.text(room.description)])
        try connection.execute("DELETE FROM search_rooms WHERE room = $1", [.text(room.description)])
    }

    /// An event as the index sees it.
    struct Message {
        let seq: Int64
        let author: UserID
        let mentions: [UserID]
        /// Nil for an event that is no message, and for a message that was deleted.
        let text: String?
        let hasFile: Bool

        func document(room: Room) -> SearchDocument {
            SearchDocument(
                room: room.number, author: author, mentions: mentions, text: text ?? "", hasFile: hasFile)
        }
    }

    /// Calls `body` for the events of a room in their order.
    static func forEachEvent(
        of room: RoomID, after: Int64, limit: Int, _ connection: any SQLConnection,
        _ body: (Message) throws -> Bool
    ) throws {
        try connection.scan(
            """
            SELECT seq, author, CASE WHEN kind = 0 AND deleted = 0 THEN text END, files IS NOT NULL, \
            CASE WHEN kind = 0 THEN subject END FROM events \
            WHERE room = $1 AND seq > $2 ORDER BY seq LIMIT $3
            """, [.text(room.description), .integer(after), .integer(limit)]
        ) { row in
            try body(
                Message(
                    seq: row.integer(0), author: UserID(stored: row.text(1)),
                    mentions: EventTable.users(row.textOrNil(4)),
                    text: row.textOrNil(2), hasFile: row.integer(3) != 0))
        }
    }

    /// Calls `body` for the messages of a room with their times, newest first, until it returns false.
    static func forEachMessageBackwards(
        of room: RoomID, in seqs: ClosedRange<Int64>, _ connection: any SQLConnection,
        _ body: (_ message: Message, _ at: Int64) throws -> Bool
    ) throws {
        try connection.scan(
            """
            SELECT seq, at, author, text, files IS NOT NULL, subject FROM events \
            WHERE room = $1 AND seq >= $2 AND seq <= $3 AND kind = 0 AND deleted = 0 ORDER BY seq DESC
            """, [.text(room.description), .integer(seqs.lowerBound), .integer(seqs.upperBound)]
        ) { row in
            try body(
                Message(
                    seq: row.integer(0), author: UserID(stored: row.text(2)),
                    mentions: EventTable.users(row.textOrNil(5)), text: row.textOrNil(3), hasFile: row.integer(4) != 0),
                row.integer(1))
        }
    }

    private static func forEachMessage(
        of room: RoomID, after: Int64, through: Int64, limit: Int, _ connection: any SQLConnection,
        _ body: (Message) throws -> Void
    ) throws {
        try forEachEvent(of: room, after: after, limit: limit, connection) { message in
            if message.seq <= through, message.text != nil { try body(message) }
            return true
        }
    }
}
