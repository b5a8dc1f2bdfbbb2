package import Database

/// One batch of requests inside one transaction: checks each against the room's state, stores what it leads to, and
/// drafts what is told to the sockets once the commit is durable.
///
/// A request that is refused throws a `ChatError` and has changed nothing; a `DatabaseError` ends the whole batch.
package struct LogTransaction {
    let connection: any SQLConnection
    let states: RoomStates
    let limits: ChatLimits
    let presence: PresenceSettings
    let users: any UserDirectory
    /// Milliseconds since 1970 UTC, the same for every event of the batch.
    let now: Int64
    var draft = BatchDraft()

    /// A transaction on a connection that has begun one; `now` is in milliseconds since 1970 UTC.
    package init(
        connection: any SQLConnection, states: RoomStates, limits: ChatLimits, presence: PresenceSettings,
        users: any UserDirectory, now: Int64
    ) {
        self.connection = connection
        self.states = states
        self.limits = limits
        self.presence = presence
        self.users = users
        self.now = now
    }

    /// Carries out a request. Throws `ChatError` where it is refused.
    package mutating func apply(_ request: LogRequest) throws -> LogAnswer {
        switch request {
        case .send(let room, let user, let text, let nonce, let replyTo, let files, let violation):
            try send(room, user, text, nonce: nonce, replyTo: replyTo, files: files, violation: violation)
        case .post(let webhook, let digest, let text, let nonce, let violation):
            try post(by: webhook, digest: digest, text, nonce: nonce, violation: violation)
        case .edit(let room, let target, let text, let user): try edit(room, target, text, by: user)
        case .deleteMessage(let room, let target, let user): try deleteMessage(room, target, by: user)
        case .react(let room, let target, let emoji, let isOn, let user):
            try react(room, target, emoji, isOn: isOn, by: user)
        case .join(let room, let user): try join(room, user)
        case .leave(let room, let user): try leave(room, user)
        case .direct(let people, let user): try direct(people, by: user)
        case .create(let room, let kind, let title, let topic, let user):
            try create(room, kind, title: title, topic: topic, by: user)
        case .change(let room, let title, let topic, let kind, let slowMode, let isArchived, let retention, let user):
            try change(
                room, title: title, topic: topic, kind: kind, slowMode: slowMode, isArchived: isArchived,
                retention: retention, by: user)
        case .delete(let room, let user): try delete(room, by: user)
        case .setMember(let room, let user, let role, let isMuted, let actor):
            try setMember(room, user, role: role, isMuted: isMuted, by: actor)
        case .removeMember(let room, let user, let actor): try removeMember(room, user, by: actor)
        case .ban(let room, let user, let until, let actor): try ban(room, user, until: until, by: actor)
        case .unban(let room, let user, let actor): try unban(room, user, by: actor)
        case .administer(let room, let act, let actor): try administer(room, act, by: actor)
        case .adopt(let room, let header, let token): try adopt(room, header, token: token)
        case .expire(let room, let seq): try expire(room, through: seq)
        case .read(let room, let user, let seq): try read(room, user, seq)
        case .typing(let room, let user): try typing(room, user)
        case .seen(let times): try seen(times)
        case .forget(let user): try forget(user)
        case .welcome(let room, let user, let role): try welcome(room, user, role)
        }
    }

    /// The room. Throws `room_not_found`.
    func room(_ id: RoomID) throws -> RoomState {
        guard let room = try states.room(id, connection) else { throw ChatError.roomNotFound }
        return room
    }

    /// The room and the user's membership. Throws `room_not_found` or `not_a_member`.
    func membership(_ id: RoomID, _ user: UserID) throws -> (RoomState, Member) {
        let room = try room(id)
        return (room, try room.membership(of: user))
    }

    /// Gives the event the room's next `seq`, stores it and drafts it for the room's members. Nil, and nothing done,
    /// when the author has used the nonce before.
    mutating func append(
        _ kind: Event.Kind, to room: RoomState, by author: UserID, nonce: String? = nil,
        _ fill: (inout Event) -> Void = { _ in }
    ) throws -> Event? {
        var event = Event(room: room.id, seq: room.head + 1, at: now, kind: kind, author: author)
        fill(&event)
        guard try EventTable.insert(event, nonce: nonce, connection) else { return nil }
        if kind == .message { try contentAdded(event) }
        room.head = event.seq
        draft.append(.event(event), to: room.id)
        return event
    }

    /// Drafts that the user's sockets follow the room from here on.
    mutating func follow(_ user: UserID, _ room: RoomState) {
        states.joined(user, room)
        draft.notes.arrivals[user, default: []].insert(room.id)
        draft.notes.changedRooms.insert(room.id)
        draft.append(.add(user, head: room.head), to: room.id)
    }

    /// Drafts that the user's sockets get nothing more of the room from here on.
    mutating func unfollow(_ user: UserID, _ room: RoomState) {
        states.left(user, room)
        draft.notes.changedRooms.insert(room.id)
        draft.append(.remove(user), to: room.id)
    }

    /// Drafts the end of a room, with the last that its members are told. That event is stored nowhere: the log that it
    /// would stand in is gone.
    mutating func end(_ room: RoomState, by user: UserID) {
        var farewell = Event(room: room.id, seq: room.head + 1, at: now, kind: .room, author: user)
        farewell.properties = JSON.Object([("deleted", .bool(true))])
        states.remove(room)
        draft.append(.end(farewell), to: room.id)
    }
}
