import Database

/// The rows of mentions: which message names whom, so that those above someone's read marker are counted by an index.
enum MentionTable {
    /// Stores that the message names these users, and no others any more.
    static func replace(room: RoomID, seq: Int64, _ users: [UserID], _ connection: any SQLConnection) throws {
        try erase(room: room, seq: seq, connection)
        try add(room: room, seq: seq, users, connection)
    }

    /// Stores that a new message names these users, each of them once.
    static func add(room: RoomID, seq: Int64, _ users: [UserID], _ connection: any SQLConnection) throws {
        for user in users {
            try connection.execute(
                "INSERT INTO mentions (room, seq, username) VALUES ($1, $2, $3)",
                [.text(room.description), .integer(seq), .text(user.description)])
        }
    }

    /// Removes the mentions of a message.
    static func erase(room: RoomID, seq: Int64, _ connection: any SQLConnection) throws {
        try connection.execute(
            "DELETE FROM mentions WHERE room = $1 AND seq = $2", [.text(room.description), .integer(seq)])
    }

    /// Removes the mentions of a room.
    static func erase(room: RoomID, _ connection: any SQLConnection) throws {
        try connection.execute("DELETE FROM mentions WHERE room = $1", [.text(room.description)])
    }

    /// Mentions that are counted, at the most, over all rooms.
    static let maximumUnread = 10_000

    /// How often the user is named above its read marker, by room; rooms without are left out. One statement.
    static func unread(of user: UserID, _ connection: any SQLConnection) throws -> [RoomID: Int64] {
        let counts = try connection.all(
            """
            SELECT room, count(*) FROM (SELECT m.room AS room FROM members b \
            JOIN mentions m ON m.username = b.username AND m.room = b.room AND m.seq > b.read_seq \
            WHERE b.username = $1 AND b.state = 0 LIMIT $2) AS found GROUP BY room
            """, [.text(user.description), .integer(maximumUnread)]
        ) { (RoomID(stored: $0.text(0)), $0.integer(1)) }
        return Dictionary(uniqueKeysWithValues: counts)
    }
}
