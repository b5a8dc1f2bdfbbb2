import Database

extension LogTransaction {
    mutating func join(_ id: RoomID, _ user: UserID) throws -> LogAnswer {
        let room = try room(id)
        if room.members[user] == nil {
            guard room.kind == .public else { throw ChatError.roomNotFound }
            if room.isBanned(user, at: now) { throw ChatError.banned }
            try admit(user, to: room, role: .member, change: "joined", by: user)
        }
        return .room(room.info(for: user))
    }

    mutating func welcome(_ id: RoomID, _ user: UserID, _ role: Role) throws -> LogAnswer {
        let room =
            if let existing = try states.room(id, connection) { existing } else {
                try insertRoom(id, .public, title: nil, topic: nil)
            }
        if try !MemberTable.knows(id, user, connection) {
            try admit(user, to: room, role: role, change: "joined", by: user)
        }
        return .done
    }

    mutating func leave(_ id: RoomID, _ user: UserID) throws -> LogAnswer {
        let (room, member) = try membership(id, user)
        guard room.kind != .direct else {
            throw ChatError("direct_room", "A direct room cannot be left.")
        }
        try checkSuccession(room, without: user)
        try remove(user, member, from: room, change: "left", by: user)
        return .left(id)
    }

    mutating func setMember(
        _ id: RoomID, _ user: UserID, role: Role?, isMuted: Bool?, by actor: UserID
    ) throws -> LogAnswer {
        let (room, acting) = try membership(id, actor)
        guard Permission.invite.exists(in: room.kind) else { throw ChatError.forbidden }
        guard let member = room.members[user] else {
            try room.check(.invite, acting)
            if let role, role > .member { try room.check(.changeRole, acting) }
            if room.isArchived { throw ChatError.roomArchived }
            guard users.contains(user) else { throw ChatError.userNotFound }
            if room.isBanned(user, at: now) { throw ChatError("banned", "That user is banned from this room.") }
            if isMuted != nil { try room.check(.mute, acting) }
            try admit(user, to: room, role: role ?? .member, isMuted: isMuted, change: "invited", by: actor)
            return .room(room.info(for: actor))
        }
        var changed = member
        if let role, role != member.role {
            try room.check(.changeRole, acting)
            // Who is alone may leave, but stays: a room that has a member needs an owner.
            if member.role == .owner, !hasSuccessor(to: user, in: room) { throw ChatError.lastOwner }
            changed.role = role
        }
        if let isMuted, isMuted != member.isMuted {
            try room.check(.mute, acting, over: member)
            changed.isMuted = isMuted
        }
        guard changed != member else { return .room(room.info(for: actor)) }
        try MemberTable.update(id, user, changed, connection)
        room.members[user] = changed
        if changed.role != member.role {
            try appendMember(user, to: room, change: "role", role: changed.role, by: actor)
        }
        if changed.isMuted != member.isMuted {
            try appendMember(user, to: room, change: changed.isMuted ? "muted" : "unmuted", by: actor)
        }
        return .room(room.info(for: actor))
    }

    mutating func removeMember(_ id: RoomID, _ user: UserID, by actor: UserID) throws -> LogAnswer {
        if user == actor {
            _ = try leave(id, user)
            return .done
        }
        let (room, acting) = try membership(id, actor)
        guard let member = room.members[user] else { throw ChatError.userNotFound }
        try room.check(.removeMember, acting, over: member)
        if member.role == .owner { try checkSuccession(room, without: user) }
        try remove(user, member, from: room, change: "kicked", by: actor)
        return .done
    }

    /// Makes the user a member. Who joins a room has read all that was said before, and who left it muted comes back so
    /// unless `isMuted` says otherwise.
    mutating func admit(
        _ user: UserID, to room: RoomState, role: Role, isMuted: Bool? = nil, change: String, by actor: UserID
    ) throws {
        guard room.kind == .direct || room.members.count < limits.membersPerRoom else {
            throw ChatError(
                "room_full", "The room has \(limits.membersPerRoom) members already (limits.members_per_room).")
        }
        if room.kind != .direct { try checkRoomCount(of: user) }
        let isMuted = try isMuted ?? MemberTable.isMuted(room.id, user, connection)
        let member = Member(role: role, isMuted: isMuted, read: room.head)
        try MemberTable.put(room.id, user, .member, member, at: now, connection)
        room.members[user] = member
        room.bans[user] = nil
        follow(user, room)
        try appendMember(user, to: room, change: change, role: role == .member ? nil : role, by: actor)
    }

    /// Throws `too_many_rooms` when the user may be a member of no further room. Direct rooms count for whoever made
    /// them.
    func checkRoomCount(of user: UserID) throws {
        guard try states.roomCount(of: user, connection) < limits.roomsPerUser else {
            throw ChatError(
                "too_many_rooms", "That is more than \(limits.roomsPerUser) rooms for one user (limits.rooms_per_user)."
            )
        }
    }

    /// Ends a membership. Its sockets stop following before the event of it.
    mutating func remove(
        _ user: UserID, _ member: Member, from room: RoomState, change: String, by actor: UserID
    ) throws {
        try MemberTable.put(room.id, user, .gone, member, at: now, connection)
        room.members[user] = nil
        unfollow(user, room)
        try appendMember(user, to: room, change: change, by: actor)
    }

    mutating func appendMember(
        _ user: UserID, to room: RoomState, change: String, role: Role? = nil, until: Int64? = nil, by actor: UserID
    ) throws {
        _ = try append(.member, to: room, by: actor) { event in
            event.subject = user
            event.change = change
            event.role = role
            event.properties = until.map { JSON.Object([("until", .string(Timestamp(milliseconds: $0).text))]) }
        }
    }

    /// Throws `last_owner` when the room would be left with members and without an owner.
    func checkSuccession(_ room: RoomState, without user: UserID) throws {
        guard room.members[user]?.role == .owner, room.members.count > 1 else { return }
        guard hasSuccessor(to: user, in: room) else { throw ChatError.lastOwner }
    }

    func hasSuccessor(to user: UserID, in room: RoomState) -> Bool {
        room.members.contains { $0.key != user && $0.value.role == .owner }
    }
}
