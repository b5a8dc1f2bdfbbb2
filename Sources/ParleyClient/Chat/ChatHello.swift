/// The first frame of every socket: who one is, and what one's rooms look like.
public struct ChatHello: Sendable, Equatable, Decodable {
    /// `parley.v1`.
    public let `protocol`: String
    /// The server's name and version.
    public let server: String?
    /// The node that the socket is connected to.
    public let node: String?
    /// The user.
    public let user: UserProfile
    /// The session that the socket belongs to.
    public let session: SessionInfo
    /// The server's heartbeat in milliseconds.
    public let heartbeatMilliseconds: Int?
    /// The limits by their names: `frame_bytes`, `text_bytes`, `messages_per_second` and more.
    public let limits: [String: JSONValue]?
    /// The user's rooms.
    public let rooms: [RoomInfo]

    private enum CodingKeys: String, CodingKey {
        case `protocol`, server, node, user, session, limits, rooms
        case heartbeatMilliseconds = "heartbeat_ms"
    }

    /// A room of the user by its slug.
    public func room(_ slug: String) -> RoomInfo? { rooms.first { $0.id == slug } }
}
