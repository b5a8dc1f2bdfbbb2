/// A durable event: one entry of a room's log.
package struct Event: Sendable, Equatable {
    /// What happened. The raw values stand in the database.
    package enum Kind: Int64, Sendable, CaseIterable {
        case message = 0
        case edited = 1
        case deleted = 2
        case reacted = 3
        case member = 4
        case room = 5

        /// The event's `type` in the protocol.
        package var name: String {
            switch self {
            case .message: "message"
            case .edited: "edited"
            case .deleted: "deleted"
            case .reacted: "reacted"
            case .member: "member"
            case .room: "room"
            }
        }
    }

    package var room: RoomID
    /// The event's place in its room: 1, 2, 3 … without a gap.
    package var seq: Int64
    /// Milliseconds since 1970 UTC.
    package var at: Int64
    package var kind: Kind
    /// Who did it: `from` of a message, `by` of any other event.
    package var author: UserID
    /// The name to show for an author that is no user, as it was when the message came.
    package var authorName: String?
    /// The `seq` of the message that is replied to, edited, deleted or reacted to.
    package var target: Int64?
    /// The text of a message; of an edit, the message's newest.
    package var text: String?
    /// Members whom the text names, in its order.
    package var mentions: [UserID] = []
    /// The files that a message carries.
    package var files: [FileInfo] = []
    /// The member that a `member` event is about.
    package var subject: UserID?
    /// `change` of a `member` event.
    package var change: String?
    /// `role` of a `member` event.
    package var role: Role?
    /// What a `reacted` event is about.
    package var emoji: Emoji?
    /// Whether a `reacted` event gave the emoji or took it back.
    package var isOn = false
    /// Changed properties of a `room` event, as JSON members in their order: title, topic, kind, slow_mode, archived,
    /// deleted; of a `member` event that bans, until.
    package var properties: JSON.Object?
    /// Milliseconds since 1970 UTC of a message's last edit.
    package var editedAt: Int64?
    /// Whether the message was deleted; its text is empty then.
    package var isDeleted = false
    /// What people reacted to a message with, where its present state was asked for.
    package var reactions: [Reaction] = []

    package init(room: RoomID, seq: Int64, at: Int64, kind: Kind, author: UserID) {
        self.room = room
        self.seq = seq
        self.at = at
        self.kind = kind
        self.author = author
    }

    /// Writes the event as the protocol's JSON object, with the members behind its own that `more` writes.
    package func write(to writer: inout JSONWriter, _ more: (inout JSONWriter) -> Void = { _ in }) {
        writer.object { writer in
            writer.member("type", kind.name)
            writer.member("room", room.description)
            writer.member("seq", seq)
            writer.member("at", time: at)
            switch kind {
            case .message:
                writer.member("from", author.description)
                if let authorName { writer.member("name", authorName) }
                writer.member("text", text ?? "")
                if let target { writer.member("reply_to", target) }
                writeMentions(to: &writer)
                if !files.isEmpty {
                    writer.name("files")
                    files.write(to: &writer)
                }
                if let editedAt { writer.member("edited_at", time: editedAt) }
                if isDeleted { writer.member("deleted", true) }
                if !reactions.isEmpty {
                    writer.name("reactions")
                    writer.array { writer in for reaction in reactions { reaction.write(to: &writer) } }
                }
            case .member:
                if let subject { writer.member("user", subject.description) }
                if let change { writer.member("change", change) }
                if let role { writer.member("role", role.rawValue) }
                writer.member("by", author.description)
                writeProperties(to: &writer)
            case .room:
                writer.member("by", author.description)
                writeProperties(to: &writer)
            case .edited, .deleted, .reacted:
                writer.member("by", author.description)
                if let target { writer.member("target", target) }
                if kind == .edited {
                    writer.member("text", text ?? "")
                    writeMentions(to: &writer)
                }
                if let emoji {
                    writer.member("emoji", emoji.description)
                    writer.member("on", isOn)
                }
            }
            more(&writer)
        }
    }

    private func writeProperties(to writer: inout JSONWriter) {
        for member in properties?.members ?? [] {
            writer.name(member.name)
            writer.value(member.value)
        }
    }

    private func writeMentions(to writer: inout JSONWriter) {
        guard !mentions.isEmpty else { return }
        writer.name("mentions")
        writer.array { writer in for user in mentions { writer.value(user.description) } }
    }
}
