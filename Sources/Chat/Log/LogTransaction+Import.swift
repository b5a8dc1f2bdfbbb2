import Database

extension LogTransaction {
    /// Ends an import: what was stored becomes a room, and its members' sockets follow it.
    mutating func adopt(_ id: RoomID, _ header: RoomHeader, token: String) throws -> LogAnswer {
        guard let row = try ImportTable.row(id, connection), row.token == token else {
            throw ChatError.invalidField("import", "is over: another one of the same room was begun")
        }
        guard try states.room(id, connection) == nil else { throw ChatError.roomExists }
        let people = try PersonTable.people("import_people", of: id, after: nil, limit: .max, connection)
        let members = people.filter { !$0.isBanned }
        guard members.count <= limits.membersPerRoom else {
            throw ChatError.badImport("has more members than limits.members_per_room allows")
        }
        guard members.isEmpty || members.contains(where: { $0.role == .owner }) else {
            throw ChatError.badImport("has members and no owner among them")
        }
        let cut = row.last == nil ? header.cut : row.cut
        let head = row.last ?? cut
        try connection.execute(
            """
            INSERT INTO rooms (room, kind, title, topic, created_at, retention, cut, slow_mode, archived_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .text(id.description), .text(header.kind.rawValue), .optional(header.title), .optional(header.topic),
                .integer(header.createdAt), .optional(header.retention.seconds), .integer(cut),
                .integer(header.slowMode), .optional(header.archivedAt),
            ])
        for person in people {
            try MemberTable.put(
                id, person.user, person.isBanned ? .banned : .member,
                Member(role: person.role, isMuted: person.isMuted, read: min(person.read, head)),
                at: person.since, until: person.until, connection)
        }
        try ImportTable.delete(id, connection)
        guard let room = try states.room(id, connection) else { throw ChatError.roomNotFound }
        for user in room.members.keys.sorted() { follow(user, room) }
        return .done
    }
}
