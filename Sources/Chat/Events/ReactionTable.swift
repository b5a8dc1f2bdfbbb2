import Database

/// The rows of reactions: who gave which emoji to which message, and a count of each.
enum ReactionTable {
    /// The `seq` of the event with which the user gave the emoji, nil when it is not given.
    static func place(
        room: RoomID, target: Int64, emoji: Emoji, user: UserID, _ connection: any SQLConnection
    ) throws -> Int64? {
        try connection.first(
            "SELECT seq FROM reactions WHERE room = $1 AND target = $2 AND emoji = $3 AND username = $4",
            [.text(room.description), .integer(target), .text(emoji.description), .text(user.description)]
        ) { $0.integer(0) }
    }

    /// How many different emoji a message has, `emoji` not counted.
    static func countKinds(
        room: RoomID, target: Int64, besides emoji: Emoji, _ connection: any SQLConnection
    ) throws -> Int64 {
        try connection.first(
            "SELECT count(*) FROM reaction_kinds WHERE room = $1 AND target = $2 AND emoji <> $3",
            [.text(room.description), .integer(target), .text(emoji.description)]
        ) { $0.integer(0) } ?? 0
    }

    /// Stores a reaction that is not there, by the event `seq`.
    static func add(
        room: RoomID, target: Int64, emoji: Emoji, user: UserID, seq: Int64, _ connection: any SQLConnection
    ) throws {
        try connection.execute(
            "INSERT INTO reactions (room, target, emoji, username, seq) VALUES ($1, $2, $3, $4, $5)",
            [
                .text(room.description), .integer(target), .text(emoji.description), .text(user.description),
                .integer(seq),
            ])
        try connection.execute(
            """
            INSERT INTO reaction_kinds (room, target, emoji, people, first_seq) VALUES ($1, $2, $3, 1, $4) \
            ON CONFLICT (room, target, emoji) DO UPDATE SET people = reaction_kinds.people + 1
            """,
            [.text(room.description), .integer(target), .text(emoji.description), .integer(seq)])
    }

    /// Takes back a reaction that is there.
    static func remove(
        room: RoomID, target: Int64, emoji: Emoji, user: UserID, _ connection: any SQLConnection
    ) throws {
        let kind: [SQLValue] = [.text(room.description), .integer(target), .text(emoji.description)]
        try connection.execute(
            "DELETE FROM reactions WHERE room = $1 AND target = $2 AND emoji = $3 AND username = $4",
            kind + [.text(user.description)])
        try connection.execute(
            "UPDATE reaction_kinds SET people = people - 1 WHERE room = $1 AND target = $2 AND emoji = $3", kind)
        try connection.execute(
            "DELETE FROM reaction_kinds WHERE room = $1 AND target = $2 AND emoji = $3 AND people < 1", kind)
    }

    /// Removes all reactions to a message.
    static func erase(room: RoomID, target: Int64, _ connection: any SQLConnection) throws {
        for table in ["reactions", "reaction_kinds"] {
            try connection.execute(
                "DELETE FROM \(table) WHERE room = $1 AND target = $2", [.text(room.description), .integer(target)])
        }
    }

    /// Forgets the reactions to the messages of a room up to `through`.
    static func erase(room: RoomID, through seq: Int64, _ connection: any SQLConnection) throws {
        for table in ["reactions", "reaction_kinds"] {
            try connection.execute(
                "DELETE FROM \(table) WHERE room = $1 AND target <= $2", [.text(room.description), .integer(seq)])
        }
    }

    /// Removes all reactions of a room.
    static func erase(room: RoomID, _ connection: any SQLConnection) throws {
        for table in ["reactions", "reaction_kinds"] {
            try connection.execute("DELETE FROM \(table) WHERE room = $1", [.text(room.description)])
        }
    }

    /// The reactions to messages of one room, by their `seq`, each emoji in the order in which it came.
    ///
    /// One statement for a whole page. It reads the names only of those emoji that few people gave, and one row more
    /// for any other, so that a message to which ten thousand reacted costs no more than one to which ten did.
    static func reactions(
        to messages: [Event], for user: UserID, _ connection: any SQLConnection
    ) throws -> [Int64: [Reaction]] {
        let places = messages.map(\.seq)
        guard let room = messages.first?.room, let first = places.min(), let last = places.max() else { return [:] }
        var reactions: [Int64: [Reaction]] = [:]
        try connection.query(
            """
            SELECT k.target, k.emoji, k.people, k.first_seq, r.username, r.seq FROM reaction_kinds k \
            JOIN reactions r ON r.room = k.room AND r.target = k.target AND r.emoji = k.emoji \
            WHERE k.room = $1 AND k.target >= $2 AND k.target <= $3 AND k.people <= $4 \
            UNION ALL \
            SELECT k.target, k.emoji, k.people, k.first_seq, r.username, r.seq FROM reaction_kinds k \
            LEFT JOIN reactions r ON r.room = k.room AND r.target = k.target AND r.emoji = k.emoji AND r.username = $5 \
            WHERE k.room = $1 AND k.target >= $2 AND k.target <= $3 AND k.people > $4 \
            ORDER BY 1, 4, 2, 6
            """,
            [
                .text(room.description), .integer(first), .integer(last), .integer(Reaction.maximumNames),
                .text(user.description),
            ]
        ) { row in
            let (target, emoji, count) = (row.integer(0), Emoji(stored: row.text(1)), row.integer(2))
            let person = row.textOrNil(4).map(UserID.init(stored:))
            var ofMessage = reactions[target] ?? []
            if ofMessage.last?.emoji != emoji {
                ofMessage.append(Reaction(emoji: emoji, count: count, isMine: false, users: []))
            }
            if person == user { ofMessage[ofMessage.count - 1].isMine = true }
            if let person, count <= Reaction.maximumNames { ofMessage[ofMessage.count - 1].users.append(person) }
            reactions[target] = ofMessage
        }
        return reactions
    }
}
