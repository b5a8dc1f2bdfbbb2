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
}
