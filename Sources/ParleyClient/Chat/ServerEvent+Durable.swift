extension ServerEvent {
    /// A message in a room's log.
    public struct Message: Sendable, Equatable, Decodable {
        /// The room's slug.
        public let room: String
        /// The place in the room's log.
        public let seq: Int
        /// When; RFC 3339.
        public let at: String
        /// The author's username; `hook:` and an id for a webhook.
        public let from: String
        /// The name to show of an author that is no user.
        public let name: String?
        /// The words; empty once deleted.
        public let text: String
        /// The `seq` of the message that this one answers.
        public let replyTo: Int?
        /// The files that came with it, as the server describes them.
        public let files: [JSONValue]?
        /// Members whom the text names.
        public let mentions: [String]?
        /// When the message was last edited, as a log tells it; RFC 3339.
        public let editedAt: String?
        /// True for the tombstone of a deleted message.
        public let deleted: Bool?

        private enum CodingKeys: String, CodingKey {
            case room, seq, at, from, name, text, files, mentions, deleted
            case replyTo = "reply_to"
            case editedAt = "edited_at"
        }
    }

    /// A message got a new text.
    public struct Edited: Sendable, Equatable, Decodable {
        /// The room's slug.
        public let room: String
        /// The place of the edit itself in the room's log.
        public let seq: Int
        /// When; RFC 3339.
        public let at: String
        /// Who edited.
        public let by: String
        /// The `seq` of the message.
        public let target: Int
        /// The new words; from a log, those that the message has now.
        public let text: String
        /// Members whom the new words name.
        public let mentions: [String]?
    }

    /// A message was deleted.
    public struct Deleted: Sendable, Equatable, Decodable {
        /// The room's slug.
        public let room: String
        /// The place of the deletion itself in the room's log.
        public let seq: Int
        /// When; RFC 3339.
        public let at: String
        /// Who deleted.
        public let by: String
        /// The `seq` of the message.
        public let target: Int
    }

    /// A reaction was added or taken back.
    public struct Reacted: Sendable, Equatable, Decodable {
        /// The room's slug.
        public let room: String
        /// The place of the reaction itself in the room's log.
        public let seq: Int
        /// When; RFC 3339.
        public let at: String
        /// Who reacted.
        public let by: String
        /// The `seq` of the message.
        public let target: Int
        /// The reaction.
        public let emoji: String
        /// False when it was taken back.
        public let on: Bool
    }

    /// A membership changed.
    public struct Member: Sendable, Equatable, Decodable {
        /// The room's slug.
        public let room: String
        /// The place in the room's log.
        public let seq: Int
        /// When; RFC 3339.
        public let at: String
        /// Whose membership.
        public let user: String
        /// `joined left invited kicked banned unbanned muted unmuted` or `role`.
        public let change: String
        /// The role after the change.
        public let role: String?
        /// When a ban ends; RFC 3339, nil for never.
        public let until: String?
        /// Who did it, where it was someone else.
        public let by: String?
    }

    /// The room itself changed; what did not is nil.
    public struct RoomChanged: Sendable, Equatable, Decodable {
        /// The room's slug.
        public let room: String
        /// The place in the room's log.
        public let seq: Int
        /// When; RFC 3339.
        public let at: String
        /// Who changed it.
        public let by: String?
        /// The new title.
        public let title: String?
        /// The new topic.
        public let topic: String?
        /// The new kind.
        public let kind: String?
        /// Seconds from one message of a member to its next, 0 for off.
        public let slowMode: Int?
        /// Whether the room is read-only from now on.
        public let archived: Bool?
        /// True for the last that is told of a room: it is gone, and its log with it.
        public let deleted: Bool?

        private enum CodingKeys: String, CodingKey {
            case room, seq, at, by, title, topic, kind, archived, deleted
            case slowMode = "slow_mode"
        }
    }
}
