/// What to look for among the messages that the user may read.
public struct SearchRequest: Sendable, Equatable {
    /// Words, `"phrases"`, and filters: `from:user in:room before:DATE after:DATE has:link|file`.
    public var query: String
    /// Only this room.
    public var room: String?
    /// Only this author.
    public var from: String?
    /// Only messages from then on; RFC 3339, or a date.
    public var since: String?
    /// Only messages before then; RFC 3339, or a date.
    public var until: String?
    /// Messages of a page, at the most.
    public var limit: Int?
    /// The ``SearchPage/cursor`` of the page before.
    public var cursor: String?

    /// A search for words, in all rooms unless more is set.
    public init(_ query: String, room: String? = nil, from: String? = nil, limit: Int? = nil) {
        self.query = query
        self.room = room
        self.from = from
        self.limit = limit
    }

    /// The path with its query, percent-encoded.
    var path: String {
        let fields: [(String, String?)] = [
            ("q", query), ("room", room), ("from", from), ("since", since), ("until", until),
            ("limit", limit.map { String($0) }), ("cursor", cursor),
        ]
        let pairs = fields.compactMap { name, value in value.map { "\(name)=\($0.percentEncoded)" } }
        return "/api/v1/search?" + pairs.joined(separator: "&")
    }
}
