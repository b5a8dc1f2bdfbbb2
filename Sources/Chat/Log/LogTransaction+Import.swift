import Database

extension LogTransaction {
    /// Ends an import: what was stored becomes a room, and its members' sockets follow it.
    mutating func adopt(_ id: RoomID, _ header: RoomHeader, token: String) throws -> LogAnswer {
        guard let row = try ImportTable.row(id, connection), row.token == token else {
            throw ChatError.invalidField("import", "is over: another one of the same room was begun")
        }
        guard try states.room(id, connection) == nil else { throw ChatError.roomExists }
        let head = row.last ?? 0
        try connection.execute(
            """
            INSERT INTO rooms (room, kind, title, topic, created_at, retention, cut) \
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .text(id.description), .text(header.kind.rawValue), .optional(header.title), .optional(header.topic),
                .integer(header.createdAt), .optional(header.retention.seconds), .integer(row.cut),
            ])
        for (user, role, isMuted) in header.members {
            let member = Member(role: role, isMuted: isMuted, read: head)
            try MemberTable.put(id, user, .member, member, at: now, connection)
        }
        try ImportTable.delete(id, connection)
        guard let room = try states.room(id, connection) else { throw ChatError.roomNotFound }
        for user in room.members.keys.sorted() { follow(user, room) }
        return .done
    }
}
