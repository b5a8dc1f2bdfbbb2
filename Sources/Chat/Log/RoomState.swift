/// A room in the memory of the log's thread, which alone reads and changes it.
final class RoomState {
    let id: RoomID
    let kind: RoomKind
    var title: String?
    var topic: String?
    /// The `seq` of the last event.
    var head: Int64
    var members: [UserID: Member]
    var banned: Set<UserID>

    init(
        id: RoomID, kind: RoomKind, title: String?, topic: String?, head: Int64 = 0, members: [UserID: Member] = [:],
        banned: Set<UserID> = []
    ) {
        self.id = id
        self.kind = kind
        self.title = title
        self.topic = topic
        self.head = head
        self.members = members
        self.banned = banned
    }

    /// The room as that user sees it.
    func info(for user: UserID) -> RoomInfo {
        RoomInfo(
            id: id, kind: kind, title: title, topic: topic, head: head, member: members[user],
            memberCount: members.count, people: kind == .direct ? members.keys.sorted() : [])
    }

    /// The user's membership. Throws `room_not_found` for who may not even see the room, `not_a_member` otherwise.
    func membership(of user: UserID) throws(ChatError) -> Member {
        if let member = members[user] { return member }
        throw kind == .public ? .notAMember : .roomNotFound
    }
}
