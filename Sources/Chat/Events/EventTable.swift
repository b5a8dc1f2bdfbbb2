import Database

/// The rows of a room's log: how an event is stored and read back.
enum EventTable {
    // An edit has no words of its own: it reads as its message does now, so that old words stay nowhere, and a message
    // that is edited a thousand times is still one row to change. Whom a message names stands as its subject; a reaction
    // keeps its emoji as text, on or off as change.
    private static let columns = """
        room, seq, at, kind, author, target, \
        CASE WHEN kind = 1 THEN (SELECT m.text FROM events m WHERE m.room = e.room AND m.seq = e.target) ELSE text END, \
        CASE WHEN kind = 1 THEN (SELECT m.subject FROM events m WHERE m.room = e.room AND m.seq = e.target) \
        ELSE subject END, \
        change, role, properties, edited_at, deleted, files, author_name
        """

    /// Appends the event. False when the author has used the nonce before; nothing is stored then.
    static func insert(_ event: Event, nonce: String?, _ connection: any SQLConnection) throws -> Bool {
        if event.kind == .message {
            // The common case has its own short statement: fewer values to bind.
            try connection.execute(
                """
                INSERT INTO events (room, seq, at, kind, author, target, text, nonce) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                ON CONFLICT (author, nonce) WHERE nonce IS NOT NULL DO NOTHING
                """,
                [
                    .text(event.room.description), .integer(event.seq), .integer(event.at),
                    .integer(event.kind.rawValue), .text(event.author.description), .optional(event.target),
                    .optional(event.text), .optional(nonce),
                ])
            guard connection.changes == 1 else { return false }
            if !event.mentions.isEmpty || !event.files.isEmpty || event.authorName != nil {
                try connection.execute(
                    "UPDATE events SET subject = $3, files = $4, author_name = $5 WHERE room = $1 AND seq = $2",
                    [
                        .text(event.room.description), .integer(event.seq), .optional(names(event.mentions)),
                        .optional(event.files.encoded), .optional(event.authorName),
                    ])
            }
            return true
        }
        try connection.execute(
            """
            INSERT INTO events (room, seq, at, kind, author, target, text, subject, change, role, properties) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            [
                .text(event.room.description), .integer(event.seq), .integer(event.at), .integer(event.kind.rawValue),
                .text(event.author.description), .optional(event.target), .optional(event.emoji?.description),
                .optional(event.subject?.description),
                .optional(event.kind == .reacted ? event.isOn ? "on" : "off" : event.change),
                .optional(event.role?.rawValue),
                .optional(event.properties.map { JSON.object($0).encoded }),
            ])
        return true
    }

    /// Where the message of this author and nonce stands, nil when there is none.
    static func place(
        author: UserID, nonce: String, _ connection: any SQLConnection
    ) throws -> (room: RoomID, seq: Int64, at: Int64)? {
        try connection.first(
            "SELECT room, seq, at FROM events WHERE author = $1 AND nonce = $2",
            [.text(author.description), .text(nonce)]
        ) { (RoomID(stored: $0.text(0)), $0.integer(1), $0.integer(2)) }
    }

    /// A message as it stands in the log.
    struct StoredMessage {
        let author: UserID
        let at: Int64
        let text: String
        let isDeleted: Bool
        /// The `seq` of the newest edit or deletion of it, nil when there was none.
        let revision: Int64?
    }

    /// The message at that `seq` of the room, nil when there is none.
    static func message(room: RoomID, seq: Int64, _ connection: any SQLConnection) throws -> StoredMessage? {
        try connection.first(
            "SELECT author, at, text, deleted, revision FROM events WHERE room = $1 AND seq = $2 AND kind = 0",
            [.text(room.description), .integer(seq)]
        ) { row in
            StoredMessage(
                author: UserID(stored: row.text(0)), at: row.integer(1), text: row.textOrNil(2) ?? "",
                isDeleted: row.integer(3) != 0, revision: row.integerOrNil(4))
        }
    }

    /// Gives the message at `seq` the words of the edit.
    static func replaceText(of seq: Int64, with edit: Event, _ connection: any SQLConnection) throws {
        try connection.execute(
            "UPDATE events SET text = $3, edited_at = $4, revision = $5, subject = $6 WHERE room = $1 AND seq = $2",
            [
                .text(edit.room.description), .integer(seq), .text(edit.text ?? ""), .integer(edit.at),
                .integer(edit.seq), .optional(names(edit.mentions)),
            ])
    }

    /// Takes the words and the files out of the message, by the deletion `revision`; the row stays as a tombstone.
    static func erase(room: RoomID, seq: Int64, revision: Int64, _ connection: any SQLConnection) throws {
        try connection.execute(
            """
            UPDATE events SET text = '', subject = NULL, edited_at = NULL, deleted = 1, revision = $3, files = NULL \
            WHERE room = $1 AND seq = $2
            """,
            [.text(room.description), .integer(seq), .integer(revision)])
    }

    /// Calls `body` for the events with `after` < seq ≤ `through`, in order, until it returns false.
    static func forEach(
        room: RoomID, after: Int64, through: Int64, limit: Int, _ connection: any SQLConnection,
        _ body: (Event) -> Bool
    ) throws {
        try connection.scan(
            "SELECT \(columns) FROM events e WHERE room = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4",
            [.text(room.description), .integer(after), .integer(through), .integer(limit)]
        ) { body(event($0)) }
    }

    /// Calls `body` for messages with `after` < seq < `before`, oldest or newest first, until it returns false.
    static func forEachMessage(
        room: RoomID, after: Int64, before: Int64, newestFirst: Bool, limit: Int, _ connection: any SQLConnection,
        _ body: (Event) -> Bool
    ) throws {
        try connection.scan(
            """
            SELECT \(columns) FROM events e WHERE room = $1 AND seq > $2 AND seq < $3 AND kind = 0 \
            ORDER BY seq \(newestFirst ? "DESC" : "ASC") LIMIT $4
            """,
            [.text(room.description), .integer(after), .integer(before), .integer(limit)]
        ) { body(event($0)) }
    }

    /// Messages of others with `after` < seq ≤ `through`.
    static func countUnread(
        room: RoomID, user: UserID, after: Int64, through: Int64, _ connection: any SQLConnection
    ) throws -> Int64 {
        try connection.first(
            "SELECT count(*) FROM events WHERE room = $1 AND seq > $2 AND seq <= $3 AND kind = 0 AND author <> $4",
            [.text(room.description), .integer(after), .integer(through), .text(user.description)]
        ) { $0.integer(0) } ?? 0
    }

    /// Usernames as one column holds them; none of them has a space.
    private static func names(_ users: [UserID]) -> String? {
        users.isEmpty ? nil : users.map(\.description).joined(separator: " ")
    }

    /// The users of such a column.
    static func users(_ names: String?) -> [UserID] {
        (names ?? "").split(separator: " ").map { UserID(stored: String($0)) }
    }

    private static func event(_ row: any SQLRow) -> Event {
        var event = Event(
            room: RoomID(stored: row.text(0)), seq: row.integer(1), at: row.integer(2),
            kind: Event.Kind(rawValue: row.integer(3)) ?? .message, author: UserID(stored: row.text(4)))
        event.target = row.integerOrNil(5)
        event.text = row.textOrNil(6)
        if event.kind == .message || event.kind == .edited {
            event.mentions = users(row.textOrNil(7))
        } else if event.kind == .reacted {
            event.emoji = event.text.map(Emoji.init(stored:))
            event.isOn = row.textOrNil(8) == "on"
            event.text = nil
        } else {
            event.subject = row.textOrNil(7).map(UserID.init(stored:))
            event.change = row.textOrNil(8)
            event.role = row.textOrNil(9).flatMap(Role.init(rawValue:))
            event.properties = row.withBytes(10) { bytes in
                if case .object(let object)? = try? JSONReader.read(bytes) { object } else { nil }
            }
        }
        event.editedAt = row.integerOrNil(11)
        event.isDeleted = row.integer(12) != 0
        event.authorName = row.textOrNil(14)
        if !row.isNull(13) { event.files = row.withBytes(13) { [FileInfo](stored: $0) } }
        return event
    }
}
