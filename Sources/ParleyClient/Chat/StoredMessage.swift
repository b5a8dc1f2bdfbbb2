/// A message in its present state, as history shows it.
public struct StoredMessage: Sendable, Equatable, Decodable {
    /// The room's slug.
    public let room: String?
    /// The place in the room's log.
    public let seq: Int
    /// When it was sent; RFC 3339.
    public let at: String
    /// The author's username; `hook:` and an id for a webhook.
    public let from: String
    /// The name to show of an author that is no user.
    public let name: String?
    /// The words as they are now; empty once deleted.
    public let text: String
    /// The `seq` of the message that this one answers.
    public let replyTo: Int?
    /// The files that came with it, as the server describes them.
    public let files: [JSONValue]?
    /// When it was last edited; RFC 3339.
    public let editedAt: String?
    /// True for a tombstone.
    public let deleted: Bool?
    /// Members whom the text names.
    public let mentions: [String]?
    /// The reactions, in the order in which their emoji came; nil without any.
    public let reactions: [Reaction]?

    private enum CodingKeys: String, CodingKey {
        case room, seq, at, from, name, text, files, deleted, mentions, reactions
        case replyTo = "reply_to"
        case editedAt = "edited_at"
    }
}
