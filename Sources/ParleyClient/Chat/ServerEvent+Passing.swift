extension ServerEvent {
    /// Someone is typing in a room.
    public struct Typing: Sendable, Equatable, Decodable {
        /// The room's slug.
        public let room: String
        /// Who.
        public let user: String
    }

    /// Someone has read a room up to a place.
    public struct Receipt: Sendable, Equatable, Decodable {
        /// The room's slug.
        public let room: String
        /// Who.
        public let user: String
        /// The `seq` of the last event read.
        public let read: Int
    }

    /// How many of a large room's members are present; it is not told who.
    public struct PresenceCount: Sendable, Equatable, Decodable {
        /// The room's slug.
        public let room: String
        /// Those online or away.
        public let online: Int
    }

    /// Someone came, went or is away.
    public struct Presence: Sendable, Equatable, Decodable {
        /// Who.
        public let user: String
        /// `online`, `away` or `offline`.
        public let status: String
        /// When one was last seen; RFC 3339.
        public let lastSeen: String?

        private enum CodingKeys: String, CodingKey {
            case user, status
            case lastSeen = "last_seen"
        }
    }
}
