import Database

extension LogTransaction {
    /// Bans the user, from now on or to another moment than before; the same again is no event.
    mutating func ban(_ id: RoomID, _ user: UserID, until: Int64?, by actor: UserID) throws -> LogAnswer {
        let (room, acting) = try membership(id, actor)
        let member = room.members[user]
        try room.check(.ban, acting, over: member)
        guard user != actor else { throw ChatError.forbidden }
        if let until, until <= now { throw ChatError.invalidField("until", "is not in the future") }
        if room.isBanned(user, at: now), room.bans[user] == .some(until) { return .done }
        guard member != nil || users.contains(user) else { throw ChatError.userNotFound }
        if member?.role == .owner { try checkSuccession(room, without: user) }
        try MemberTable.put(
            id, user, .banned, member ?? Member(role: .member, read: 0), at: now, until: until, connection)
        room.bans[user] = .some(until)
        if member != nil {
            room.members[user] = nil
            unfollow(user, room)
        }
        try appendMember(user, to: room, change: "banned", until: until, by: actor)
        return .done
    }

    mutating func unban(_ id: RoomID, _ user: UserID, by actor: UserID) throws -> LogAnswer {
        let (room, acting) = try membership(id, actor)
        try room.check(.ban, acting)
        guard room.isBanned(user, at: now) else { throw ChatError.userNotFound }
        try MemberTable.put(id, user, .gone, Member(role: .member, read: 0), at: now, connection)
        room.bans[user] = nil
        try appendMember(user, to: room, change: "unbanned", by: actor)
        return .done
    }
}
