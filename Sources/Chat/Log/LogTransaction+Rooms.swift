import Database
import OpenSSLCrypto

extension LogTransaction {
    mutating func create(
        _ id: RoomID, _ kind: RoomKind, title: String?, topic: String?, by user: UserID
    ) throws -> LogAnswer {
        .room(try make(id, kind, title: title, topic: topic, owner: user, by: user).info(for: user))
    }

    /// Makes a room that is not there yet, with an owner.
    mutating func make(
        _ id: RoomID, _ kind: RoomKind, title: String?, topic: String?, owner: UserID, by actor: UserID
    ) throws -> RoomState {
        guard !id.isReservedForDirect, kind != .direct else { throw ChatError.reservedName }
        guard try states.room(id, connection) == nil else { throw ChatError.roomExists }
        try checkRoomCount(of: owner)
        let room = try insertRoom(id, kind, title: title, topic: topic, by: actor)
        try announce(room, by: actor)
        try admit(owner, to: room, role: .owner, change: owner == actor ? "joined" : "invited", by: actor)
        return room
    }

    mutating func direct(_ people: [UserID], by user: UserID) throws -> LogAnswer {
        let everyone = Set(people).union([user]).sorted()
        guard (2...8).contains(everyone.count) else {
            throw ChatError.invalidField("users", "names one to seven other people")
        }
        for person in everyone where !users.contains(person) { throw ChatError.userNotFound }
        let id = Self.directID(of: everyone)
        if let room = try states.room(id, connection) { return .room(room.info(for: user)) }
        // Not that of the others: nobody asked them, and they could not leave.
        try checkRoomCount(of: user)
        let room = try insertRoom(id, .direct, title: nil, topic: nil, by: user)
        try announce(room, by: user)
        for person in everyone {
            try admit(person, to: room, role: .member, change: person == user ? "joined" : "invited", by: user)
        }
        draft.acts.append(.directCreated(room: id, people: everyone, by: user))
        return .room(room.info(for: user))
    }

    mutating func change(
        _ id: RoomID, title: String?, topic: String?, kind: RoomKind?, slowMode: Int64?, isArchived: Bool?,
        retention: Retention?, by user: UserID
    ) throws -> LogAnswer {
        let (room, member) = try membership(id, user)
        let isGeneral =
            title != nil || topic != nil || (kind == nil && slowMode == nil && isArchived == nil && retention == nil)
        if isGeneral { try room.check(.changeRoom, member) }
        if kind != nil { try room.check(.changeKind, member) }
        if slowMode != nil { try room.check(.slowMode, member) }
        if isArchived != nil { try room.check(.archive, member) }
        if retention != nil { try room.check(.setRetention, member) }
        var properties = JSON.Object()
        if let title, title != room.title { properties.members.append(("title", .string(title))) }
        if let topic, topic != room.topic { properties.members.append(("topic", .string(topic))) }
        if let kind, kind != room.kind { properties.members.append(("kind", .string(kind.rawValue))) }
        if let slowMode, slowMode != room.slowMode { properties.members.append(("slow_mode", .integer(slowMode))) }
        if let retention, retention != room.retention {
            properties.members.append(("retention", retention.seconds.map { .integer($0) } ?? .null))
        }
        if room.isArchived, isArchived != false, !properties.members.isEmpty { throw ChatError.roomArchived }
        if let isArchived, isArchived != room.isArchived { properties.members.append(("archived", .bool(isArchived))) }
        guard !properties.members.isEmpty else { return .room(room.info(for: user)) }
        room.title = title ?? room.title
        room.topic = topic ?? room.topic
        room.kind = kind ?? room.kind
        room.setSlowMode(slowMode ?? room.slowMode)
        room.isArchived = isArchived ?? room.isArchived
        room.retention = retention ?? room.retention
        try store(room)
        _ = try append(.room, to: room, by: user) { $0.properties = properties }
        return .room(room.info(for: user))
    }

    mutating func delete(_ id: RoomID, by user: UserID) throws -> LogAnswer {
        let (room, member) = try membership(id, user)
        try room.check(.deleteRoom, member)
        try erase(room, by: user)
        return .done
    }

    /// Events that are cleared away with the room itself.
    private static let erasedAtOnce = 2000

    /// Ends a room. What was said in it is out of everybody's reach from here on; a long log is cleared away behind
    /// this transaction (``RetentionKeeper``), and until then the room's name is taken.
    mutating func erase(_ room: RoomState, by actor: UserID) throws {
        try FileTable.release(room: room.id, 0...Int64.max, connection)
        try SearchTable.ended(room.id, connection)
        try connection.execute("DELETE FROM rooms WHERE room = $1", [.text(room.id.description)])
        try ImportTable.insertErased(room.id, at: now, connection)
        _ = try ImportTable.clearErased(room.id, limit: Self.erasedAtOnce, connection)
        end(room, by: actor)
    }

    func store(_ room: RoomState) throws {
        try connection.execute(
            """
            UPDATE rooms SET title = $2, topic = $3, kind = $4, slow_mode = $5, \
            archived_at = CASE WHEN $6 = 0 THEN NULL ELSE COALESCE(archived_at, $7) END, retention = $8 WHERE room = $1
            """,
            [
                .text(room.id.description), .optional(room.title), .optional(room.topic), .text(room.kind.rawValue),
                .integer(room.slowMode), .integer(room.isArchived ? 1 : 0), .integer(now),
                .optional(room.retention.seconds),
            ])
    }

    func insertRoom(
        _ id: RoomID, _ kind: RoomKind, title: String?, topic: String?, by actor: UserID? = nil
    ) throws -> RoomState {
        guard try ImportTable.isFree(id, connection) else { throw ChatError.roomExists }
        try connection.execute(
            "INSERT INTO rooms (room, kind, title, topic, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                .text(id.description), .text(kind.rawValue), .optional(title), .optional(topic), .integer(now),
                .optional(actor?.description),
            ])
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
