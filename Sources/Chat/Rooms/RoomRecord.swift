/// A room as administrators see it, private and direct ones too.
package struct RoomRecord: Sendable, Equatable {
    package let id: RoomID
    package let kind: RoomKind
    package let title: String?
    package let topic: String?
    /// The highest `seq` of the room.
    package let head: Int64
    /// The last `seq` that retention has taken out, 0 before any.
    package let cut: Int64
    package let memberCount: Int
    package let retention: Retention
    /// Seconds from one message of a member below moderator to its next, 0 for no slow mode.
    package let slowMode: Int64
    /// When the room became read-only, in milliseconds since 1970 UTC; nil where it is not.
    package let archivedAt: Int64?
    /// Milliseconds since 1970 UTC.
    package let createdAt: Int64

    /// Writes the record as the protocol has it.
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id.description)
            writer.member("kind", kind.rawValue)
            writer.member("title", title)
            writer.member("topic", topic)
            writer.member("head", head)
            writer.member("cut", cut)
            writer.member("members", Int64(memberCount))
            writer.name("retention")
            if let seconds = retention.seconds { writer.value(seconds) } else { writer.null() }
            writer.member("slow_mode", slowMode)
            writer.name("archived_at")
            if let archivedAt { writer.value(Timestamp(milliseconds: archivedAt).text) } else { writer.null() }
            writer.member("created_at", time: createdAt)
        }
    }
}
