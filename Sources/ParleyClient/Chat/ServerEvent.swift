/// What the server tells a socket without having been asked.
public enum ServerEvent: Sendable, Equatable {
    /// A message was sent.
    case message(Message)
    /// A message got a new text.
    case edited(Edited)
    /// A message was deleted.
    case deleted(Deleted)
    /// A reaction was added or taken back.
    case reacted(Reacted)
    /// A membership changed.
    case member(Member)
    /// The room itself changed.
    case room(RoomChanged)
    /// Someone is typing.
    case typing(Typing)
    /// Someone has read up to a place.
    case receipt(Receipt)
    /// Someone came, went or is away.
    case presence(Presence)
    /// How many of a large room's members are present.
    case presenceCount(PresenceCount)
    /// The session's tokens were renewed: the socket lives longer.
    case session(accessExpiresAt: String)
    /// The server is about to restart: come back after the delay.
    case drain(retryAfter: Duration)
    /// The socket is behind in these rooms and is served from their logs.
    case lagging(rooms: [String])
    /// The answer to a `ping` without an id; RFC 3339.
    case pong(at: String)
    /// An error that names no command, because the command had no id or could not be read.
    case error(CommandError)
    /// A type that this client does not know, or a shape it did not expect, as it came.
    case unknown(type: String, raw: String)

    /// The room and `seq` of a durable event; nil for a passing one.
    public var position: (room: String, seq: Int)? {
        switch self {
        case .message(let event): (event.room, event.seq)
        case .edited(let event): (event.room, event.seq)
        case .deleted(let event): (event.room, event.seq)
        case .reacted(let event): (event.room, event.seq)
        case .member(let event): (event.room, event.seq)
        case .room(let event): (event.room, event.seq)
        default: nil
        }
    }
}
