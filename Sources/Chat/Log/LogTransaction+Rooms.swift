import Database
import OpenSSLCrypto

extension LogTransaction {
    mutating func create(
        _ id: RoomID, _ kind: RoomKind, title: String?, topic: String?, by user: UserID
    ) throws -> LogAnswer {
        guard !id.isReservedForDirect, kind != .direct else { throw ChatError.reservedName }
        guard try states.room(id, connection) == nil else { throw ChatError.roomExists }
        try checkRoomCount(of: user)
        let room = try insertRoom(id, kind, title: title, topic: topic)
        try announce(room, by: user)
        try admit(user, to: room, role: .owner, change: "joined", by: user)
        return .room(room.info(for: user))
    }

    mutating func direct(_ people: [UserID], by user: UserID) throws -> LogAnswer {
        let everyone = Set(people).union([user]).sorted()
        guard (2...8).contains(everyone.count) else {
            throw ChatError.invalidField("users", "names one to seven other people")
        }
        for person in everyone where !users.contains(person) { throw ChatError.userNotFound }
        let id = Self.directID(of: everyone)
        if let room = try states.room(id, connection) { return .room(room.info(for: user)) }
        for person in everyone { try checkRoomCount(of: person) }
        let room = try insertRoom(id, .direct, title: nil, topic: nil)
        try announce(room, by: user)
        for person in everyone {
            try admit(person, to: room, role: .member, change: person == user ? "joined" : "invited", by: user)
        }
        return .room(room.info(for: user))
    }

    mutating func change(_ id: RoomID, title: String?, topic: String?, by user: UserID) throws -> LogAnswer {
        let (room, member) = try membership(id, user)
        guard room.kind != .direct else { throw ChatError.forbidden }
        try Permission.changeRoom.check(member)
        var properties = JSON.Object()
        if let title, title != room.title { properties.members.append(("title", .string(title))) }
        if let topic, topic != room.topic { properties.members.append(("topic", .string(topic))) }
        guard !properties.members.isEmpty else { return .room(room.info(for: user)) }
        room.title = title ?? room.title
        room.topic = topic ?? room.topic
        try connection.execute(
            "UPDATE rooms SET title = $2, topic = $3 WHERE room = $1",
            [.text(id.description), .optional(room.title), .optional(room.topic)])
        _ = try append(.room, to: room, by: user) { $0.properties = properties }
        return .room(room.info(for: user))
    }

    mutating func delete(_ id: RoomID, by user: UserID) throws -> LogAnswer {
        let (room, member) = try membership(id, user)
        guard room.kind != .direct else { throw ChatError.forbidden }
        try Permission.deleteRoom.check(member)
        try eraseContents(of: id)
        try connection.execute("DELETE FROM rooms WHERE room = $1", [.text(id.description)])
        end(room)
        return .done
    }

    func insertRoom(_ id: RoomID, _ kind: RoomKind, title: String?, topic: String?) throws -> RoomState {
        try connection.execute(
            "INSERT INTO rooms (room, kind, title, topic, created_at) VALUES ($1, $2, $3, $4, $5)",
            [.text(id.description), .text(kind.rawValue), .optional(title), .optional(topic), .integer(now)])
        let room = RoomState(id: id, kind: kind, title: title, topic: topic)
        states.insert(room)
        return room
    }

    /// The room's first event, which tells what it was made as.
    private mutating func announce(_ room: RoomState, by user: UserID) throws {
        var properties = JSON.Object()
        if let title = room.title { properties.members.append(("title", .string(title))) }
        if let topic = room.topic { properties.members.append(("topic", .string(topic))) }
        properties.members.append(("kind", .string(room.kind.rawValue)))
        _ = try append(.room, to: room, by: user) { $0.properties = properties }
    }

    /// `dm-` and the first half of the SHA-256 of the names, in hexadecimal: the same for the same people.
    static func directID(of people: [UserID]) -> RoomID {
        let names = people.map(\.description).joined(separator: "\n")
        return RoomID(stored: "dm-" + SHA256Digest(of: names).hexadecimal.prefix(32))
    }
}
