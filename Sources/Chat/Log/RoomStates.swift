import Database

/// The rooms that the log's thread has in memory, read from the database on first use.
package final class RoomStates {
    private var rooms: [RoomID: RoomState] = [:]
    private var roomsOfUser: [UserID: Set<RoomID>] = [:]

    /// Knows no room yet.
    package init() {}

    /// The room, nil when there is none.
    func room(_ id: RoomID, _ connection: any SQLConnection) throws -> RoomState? {
        if let room = rooms[id] { return room }
        guard let room = try load(id, connection) else { return nil }
        rooms[id] = room
        return room
    }

    /// The rooms that the user is a member of, in the order of their slugs.
    func rooms(of user: UserID, _ connection: any SQLConnection) throws -> [RoomState] {
        try roomIDs(of: user, connection).sorted().compactMap { try room($0, connection) }
    }

    /// How many rooms the user is a member of, of direct rooms those that the user made.
    func roomCount(of user: UserID, _ connection: any SQLConnection) throws -> Int {
        let direct = try connection.first(
            "SELECT count(*) FROM rooms WHERE created_by = $1 AND kind = 'direct'", [.text(user.description)]
        ) { Int($0.integer(0)) }
        return try roomIDs(of: user, connection).count { !$0.isReservedForDirect } + (direct ?? 0)
    }

    func insert(_ room: RoomState) { rooms[room.id] = room }

    func remove(_ room: RoomState) {
        rooms[room.id] = nil
        for user in room.members.keys { roomsOfUser[user]?.remove(room.id) }
    }

    func joined(_ user: UserID, _ room: RoomState) { roomsOfUser[user]?.insert(room.id) }

    func left(_ user: UserID, _ room: RoomState) { roomsOfUser[user]?.remove(room.id) }

    /// Drops everything, for a transaction that failed: what was changed in memory is read again.
    func forget() {
        rooms.removeAll()
        roomsOfUser.removeAll()
    }

    private func roomIDs(of user: UserID, _ connection: any SQLConnection) throws -> Set<RoomID> {
        if let known = roomsOfUser[user] { return known }
        let ids = try Set(
            connection.all(
                "SELECT room FROM members WHERE username = $1 AND state = 0", [.text(user.description)]
            ) { RoomID(stored: $0.text(0)) })
        roomsOfUser[user] = ids
        return ids
    }

    private func load(_ id: RoomID, _ connection: any SQLConnection) throws -> RoomState? {
        let room = try connection.first(
            """
            SELECT kind, title, topic, COALESCE((SELECT max(seq) FROM events WHERE room = $1), cut), slow_mode, \
            archived_at, retention, cut FROM rooms WHERE room = $1
            """, [.text(id.description)]
        ) { row in
            let room = RoomState(
                id: id, kind: RoomKind(rawValue: row.text(0)) ?? .private, title: row.textOrNil(1),
                topic: row.textOrNil(2), head: row.integer(3))
            room.slowMode = row.integer(4)
            room.isArchived = !row.isNull(5)
            room.retention = Retention(seconds: row.integerOrNil(6))
            room.cut = row.integer(7)
            return room
        }
        guard let room else { return nil }
        try connection.query(
            "SELECT username, state, role, muted, read_seq, banned_until FROM members WHERE room = $1 AND state <> 1",
            [.text(id.description)]
        ) { row in
            let user = UserID(stored: row.text(0))
            if row.integer(1) == 2 {
                room.bans[user] = .some(row.integerOrNil(5))
            } else {
                room.members[user] = Member(
                    role: Role(rawValue: row.text(2)) ?? .member, isMuted: row.integer(3) != 0, read: row.integer(4))
            }
        }
        return room
    }
}
