extension ServerEvent {
    /// A message in a room's log.
    public struct Message: Sendable, Equatable, Decodable {
        /// The room's slug.
        public let room: String
        /// The place in the room's log.
        public let seq: Int
        /// When; RFC 3339.
        public let at: String
        /// The author's username.
        public let from: String
        /// The words; empty once deleted.
        public let text: String
        /// The `seq` of the message that this one answers.
        public let replyTo: Int?
        /// The files that came with it, as the server describes them.
        public let files: [JSONValue]?
        /// True for the tombstone of a deleted message.
        public let deleted: Bool?

        private enum CodingKeys: String, CodingKey {
            case room, seq, at, from, text, files, deleted
            case replyTo = "reply_to"
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
        /// The new words.
        public let text: String
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
    }
}
