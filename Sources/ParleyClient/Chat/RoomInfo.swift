/// A room as `hello`, `join` and `direct` describe it.
public struct RoomInfo: Sendable, Equatable, Decodable {
    /// The slug, which never changes.
    public let id: String
    /// `public`, `private` or `direct`.
    public let kind: String?
    /// The title.
    public let title: String?
    /// The topic.
    public let topic: String?
    /// Seconds from one message of a member to its next; nil for off.
    public let slowMode: Int?
    /// True for a room that is read-only.
    public let archived: Bool?
    /// How many members the room has.
    public let members: Int?
    /// Who is in a direct room.
    public let people: [String]?
    /// The user's role: `owner`, `moderator` or `member`.
    public let role: String?
    /// Whether the user may not speak.
    public let muted: Bool?
    /// The `seq` of the room's last event.
    public let head: Int?
    /// The `seq` up to which the user has read.
    public let read: Int?
    /// Others' messages above ``read``.
    public let unread: Int?
    /// True where only the room's newest events were counted, and there may be more unread.
    public let unreadMore: Bool?
    /// Messages above ``read`` that name the user.
    public let mentions: Int?
    /// How many members of a large room are present.
    public let online: Int?

    private enum CodingKeys: String, CodingKey {
        case id, kind, title, topic, archived, members, people, role, muted, head, read, unread, mentions, online
        case unreadMore = "unread_more"
        case slowMode = "slow_mode"
    }
}
