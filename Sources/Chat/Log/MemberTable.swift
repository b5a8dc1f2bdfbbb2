import Database

/// The rows of memberships: how they are stored.
enum MemberTable {
    /// Where someone stands to a room. The raw values stand in the database.
    enum State: Int64 {
        case member = 0
        case gone = 1
        case banned = 2
    }

    static func put(
        _ room: RoomID, _ user: UserID, _ state: State, _ member: Member, at now: Int64, until: Int64? = nil,
        _ connection: any SQLConnection
    ) throws {
        try connection.execute(
            """
            INSERT INTO members (room, username, state, role, muted, read_seq, joined_at, banned_until) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (room, username) DO UPDATE SET \
            state = excluded.state, role = excluded.role, muted = excluded.muted, read_seq = excluded.read_seq, \
            joined_at = excluded.joined_at, banned_until = excluded.banned_until
            """,
            [
                .text(room.description), .text(user.description), .integer(state.rawValue), .text(member.role.rawValue),
                .integer(member.isMuted ? 1 : 0), .integer(member.read), .integer(now),
                .optional(until),
            ])
    }

    static func update(_ room: RoomID, _ user: UserID, _ member: Member, _ connection: any SQLConnection) throws {
        try connection.execute(
            "UPDATE members SET role = $3, muted = $4 WHERE room = $1 AND username = $2",
            [
                .text(room.description), .text(user.description), .text(member.role.rawValue),
                .integer(member.isMuted ? 1 : 0),
            ])
    }

    static func setRead(_ room: RoomID, _ user: UserID, _ seq: Int64, _ connection: any SQLConnection) throws {
        try connection.execute(
            "UPDATE members SET read_seq = $3 WHERE room = $1 AND username = $2",
            [.text(room.description), .text(user.description), .integer(seq)])
    }

    /// Tells whether the user is muted in the room, or was when the membership ended.
    static func isMuted(_ room: RoomID, _ user: UserID, _ connection: any SQLConnection) throws -> Bool {
        try connection.first(
            "SELECT muted FROM members WHERE room = $1 AND username = $2",
            [.text(room.description), .text(user.description)]
        ) { $0.integer(0) != 0 } ?? false
    }

    /// Tells whether both are members of some room.
    static func shareRoom(_ user: UserID, _ other: UserID, _ connection: any SQLConnection) throws -> Bool {
        try connection.first(
            """
            SELECT 1 FROM members a JOIN members b ON b.room = a.room \
            WHERE a.username = $1 AND a.state = 0 AND b.username = $2 AND b.state = 0 LIMIT 1
            """, [.text(user.description), .text(other.description)]
        ) { _ in true } ?? false
    }

    /// Tells whether the user was ever a member of the room or banned from it.
    static func knows(_ room: RoomID, _ user: UserID, _ connection: any SQLConnection) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM members WHERE room = $1 AND username = $2",
            [.text(room.description), .text(user.description)]
        ) { _ in true } ?? false
    }
}
