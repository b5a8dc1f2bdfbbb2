/// A room in the memory of the log's thread, which alone reads and changes it.
final class RoomState {
    let id: RoomID
    var kind: RoomKind
    var title: String?
    var topic: String?
    /// Seconds from one message of a member below moderator to its next, 0 for no slow mode.
    var slowMode: Int64 = 0
    /// Whether the room is read-only.
    var isArchived = false
    /// The `seq` of the last event.
    var head: Int64
    var members: [UserID: Member]
    /// Who is banned, and until when in milliseconds since 1970 UTC, nil for ever. Those that have run out may be there.
    var bans: [UserID: Int64?]
    /// When members last spoke under slow mode. A restart forgets it: somebody then speaks once too early.
    private var lastSent: [UserID: Int64] = [:]
    /// What is left of the `typing` events that the room is told in a second.
    var typing: TokenBucket?

    init(
        id: RoomID, kind: RoomKind, title: String?, topic: String?, head: Int64 = 0, members: [UserID: Member] = [:],
        bans: [UserID: Int64?] = [:]
    ) {
        self.id = id
        self.kind = kind
        self.title = title
        self.topic = topic
        self.head = head
        self.members = members
        self.bans = bans
    }

    /// The room as that user sees it.
    func info(for user: UserID) -> RoomInfo {
        RoomInfo(
            id: id, kind: kind, title: title, topic: topic, slowMode: slowMode, isArchived: isArchived, head: head,
            member: members[user], memberCount: members.count, people: kind == .direct ? members.keys.sorted() : [])
    }

    /// The user's membership. Throws `room_not_found` for who may not even see the room, `not_a_member` otherwise.
    func membership(of user: UserID) throws(ChatError) -> Member {
        if let member = members[user] { return member }
        throw kind == .public ? .notAMember : .roomNotFound
    }

    /// Throws unless the member may do that here and now.
    func check(_ permission: Permission, _ member: Member, over other: Member? = nil) throws(ChatError) {
        if isArchived, permission.isVoice { throw .roomArchived }
        try permission.check(member, over: other, in: kind)
    }

    /// Tells whether the user is banned at that moment.
    func isBanned(_ user: UserID, at now: Int64) -> Bool {
        guard let until = bans[user] else { return false }
        return until.map { now < $0 } ?? true
    }

    // MARK: Slow mode

    /// Throws `slow_mode` when the member spoke too short a time ago.
    func checkPace(of user: UserID, _ member: Member, at now: Int64) throws(ChatError) {
        guard slowMode > 0, member.role < .moderator, let last = lastSent[user] else { return }
        let wait = last + slowMode * 1000 - now
        if wait > 0 { throw .slowMode(seconds: slowMode, wait: wait) }
    }

    /// Takes note that the member spoke.
    func spoke(_ user: UserID, at now: Int64) {
        if slowMode > 0 { lastSent[user] = now }
    }

    func setSlowMode(_ seconds: Int64) {
        slowMode = seconds
        if seconds == 0 { lastSent.removeAll() }
    }
}
