/// A search as a caller wrote it, unchecked.
package struct SearchRequest: Sendable {
    /// Words, phrases in quotes, and filters: `from:user in:room before:DATE after:DATE has:link|file`.
    package var text: String
    /// Only this room.
    package var room: String?
    /// Only this author.
    package var from: String?
    /// Only messages from then on: a date or a time.
    package var since: String?
    /// Only messages before then: a date or a time.
    package var until: String?
    /// Messages of the page, at the most; nil for the server's own choice.
    package var limit: Int?
    /// Where the page before ended.
    package var cursor: String?

    package init(
        text: String, room: String? = nil, from: String? = nil, since: String? = nil, until: String? = nil,
        limit: Int? = nil, cursor: String? = nil
    ) {
        self.text = text
        self.room = room
        self.from = from
        self.since = since
        self.until = until
        self.limit = limit
        self.cursor = cursor
    }
}
