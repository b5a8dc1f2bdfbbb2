import Database

// What administrators do to rooms, and what the server does by itself.
extension LogTransaction {
    mutating func administer(_ id: RoomID, _ act: RoomAdministration, by actor: UserID) throws -> LogAnswer {
        switch act {
        case .create(let kind, let title, let topic, let owner):
            guard users.contains(owner) else { throw ChatError.userNotFound }
            let room = try make(id, kind, title: title, topic: topic, owner: owner, by: actor)
            return .room(room.info(for: actor))
        case .change(let title, let topic, let retention):
            let room = try room(id)
            if room.kind == .direct, title != nil || topic != nil { throw ChatError.forbidden }
            try setProperties(of: room, title: title, topic: topic, retention: retention, by: actor)
            return .room(room.info(for: actor))
        case .delete:
            try erase(try room(id), by: actor)
            return .done
        case .setMember(let user, let role): return try place(user, in: try room(id), role: role, by: actor)
        case .removeMember(let user):
            let room = try room(id)
            guard let member = room.members[user] else { throw ChatError.userNotFound }
            guard room.kind != .direct else { throw ChatError.forbidden }
            try checkSuccession(room, without: user)
            try remove(user, member, from: room, change: "kicked", by: actor)
            return .done
        }
    }

    private mutating func place(
        _ user: UserID, in room: RoomState, role: Role?, by actor: UserID
    ) throws -> LogAnswer {
        guard room.kind != .direct else { throw ChatError.forbidden }
        guard var member = room.members[user] else {
            guard users.contains(user) else { throw ChatError.userNotFound }
            if room.isBanned(user, at: now) { throw ChatError("banned", "That user is banned from this room.") }
            try admit(user, to: room, role: role ?? .member, change: "invited", by: actor)
            return .room(room.info(for: actor))
        }
        guard let role, role != member.role else { return .room(room.info(for: actor)) }
        if member.role == .owner, !hasSuccessor(to: user, in: room) { throw ChatError.lastOwner }
        member.role = role
        try MemberTable.update(room.id, user, member, connection)
        room.members[user] = member
        try appendMember(user, to: room, change: "role", role: role, by: actor)
        return .room(room.info(for: actor))
    }

    /// Sets what differs, and tells the room of it.
    private mutating func setProperties(
        of room: RoomState, title: String?, topic: String?, retention: Retention?, by actor: UserID
    ) throws {
        var properties = JSON.Object()
        if let title, title != room.title { properties.members.append(("title", .string(title))) }
        if let topic, topic != room.topic { properties.members.append(("topic", .string(topic))) }
        if let retention, retention != room.retention {
            properties.members.append(("retention", retention.seconds.map { .integer($0) } ?? .null))
        }
        guard !properties.members.isEmpty else { return }
        room.title = title ?? room.title
        room.topic = topic ?? room.topic
        room.retention = retention ?? room.retention
        try store(room)
        _ = try append(.room, to: room, by: actor) { $0.properties = properties }
    }

    /// Takes out the events up to `seq`, as the room's retention has it. The room's numbers go on behind them.
    mutating func expire(_ id: RoomID, through seq: Int64) throws -> LogAnswer {
        let room = try room(id)
        let last = min(seq, room.head)
        guard last > room.cut else { return .expired(0) }
        let count = try eraseContents(of: id, through: last)
        try RetentionTable.cut(id, through: last, connection)
        room.cut = last
        return .expired(count)
    }
}
