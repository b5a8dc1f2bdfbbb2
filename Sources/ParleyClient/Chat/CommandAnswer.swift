/// What the server answers to commands.
public enum CommandAnswer {
    /// The place of a message that is now durable.
    public struct Send: Sendable, Equatable, Decodable {
        /// The room's slug.
        public let room: String
        /// The message's place in the room's log.
        public let seq: Int
        /// When; RFC 3339.
        public let at: String
        /// True when the nonce was seen before: this is the first answer again.
        public let duplicate: Bool?
    }

    /// The place of an edit, a deletion or a reaction.
    public struct Position: Sendable, Equatable, Decodable {
        /// The room's slug.
        public let room: String
        /// The `seq` of the new event itself.
        public let seq: Int
        /// True when that was so already: `seq` is of the event that made it so, or of the message where there is none.
        public let duplicate: Bool?
    }

    /// A room that one has joined, left or opened.
    public struct Room: Sendable, Equatable, Decodable {
        /// The room's slug.
        public let room: String
        /// The room; nil after leaving it.
        public let info: RoomInfo?

        private enum CodingKeys: String, CodingKey {
            case room
            case info = "room_info"
        }
    }

    /// How far each room was caught up; rooms that are no longer readable are missing.
    public struct Resume: Sendable, Equatable, Decodable {
        /// One room's outcome.
        public struct Outcome: Sendable, Equatable, Decodable {
            /// The `seq` of the room's last event.
            public let head: Int
            /// False where retention has cut off the start of what was missed.
            public let complete: Bool
        }

        /// The outcomes by slug.
        public let rooms: [String: Outcome]
    }

    /// A page of messages in their present state, oldest first.
    public struct History: Sendable, Equatable, Decodable {
        /// The messages.
        public let messages: [StoredMessage]
        /// Whether there are more in the direction that was asked for.
        public let more: Bool
    }

    /// The server's time.
    public struct Pong: Sendable, Equatable, Decodable {
        /// When; RFC 3339.
        public let at: String
    }
}
