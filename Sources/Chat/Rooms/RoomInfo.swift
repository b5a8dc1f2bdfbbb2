/// A room as one user sees it: the protocol's room object.
package struct RoomInfo: Sendable, Equatable {
    package var id: RoomID
    package var kind: RoomKind
    package var title: String?
    package var topic: String?
    /// Seconds from one message of a member to its next, 0 for no slow mode.
    package var slowMode: Int64 = 0
    /// Whether the room is read-only.
    package var isArchived = false
    /// The highest `seq` of the room, 0 before the first event.
    package var head: Int64
    /// The user's membership, nil for a room that is listed only.
    package var member: Member?
    /// How many members the room has.
    package var memberCount: Int
    /// The people of a direct room in the order of their names, empty for any other room.
    package var people: [UserID] = []
    /// Messages of others above `read`, where it was counted.
    package var unread: Int64?
    /// Whether only the newest events were looked at for `unread`.
    package var hasMoreUnread = false
    /// Messages above `read` that name the user, where they were counted.
    package var mentions: Int64?
    /// How many members of a large room are not offline, as it was told last.
    package var online: Int?

    /// Writes the room object.
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id.description)
            writer.member("kind", kind.rawValue)
            writer.member("title", title)
            writer.member("topic", topic)
            if slowMode > 0 { writer.member("slow_mode", slowMode) }
            if isArchived { writer.member("archived", true) }
            writer.member("head", head)
            writer.member("members", Int64(memberCount))
            if let member {
                writer.member("role", member.role.rawValue)
                writer.member("muted", member.isMuted)
                writer.member("read", member.read)
            }
            if let unread { writer.member("unread", unread) }
            if hasMoreUnread { writer.member("unread_more", true) }
            if let mentions { writer.member("mentions", mentions) }
            if let online { writer.member("online", Int64(online)) }
            if !people.isEmpty {
                writer.name("people")
                writer.array { writer in for user in people { writer.value(user.description) } }
            }
        }
    }
}
