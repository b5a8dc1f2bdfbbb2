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
    /// The room's own retention.
    package var retention = Retention.standard
    /// Messages of others above `read`, where it was counted.
    package var unread: Int64?

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
            if let seconds = retention.seconds { writer.member("retention", seconds) }
            if let unread { writer.member("unread", unread) }
            if !people.isEmpty {
                writer.name("people")
                writer.array { writer in for user in people { writer.value(user.description) } }
            }
        }
    }
}
