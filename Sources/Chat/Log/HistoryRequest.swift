/// Which messages of a room are asked for: with no bound the newest page, with `after` alone the oldest behind it.
package struct HistoryRequest: Sendable, Equatable {
    package let room: RoomID
    /// Only messages with a lower `seq`.
    package let before: Int64?
    /// Only messages with a higher `seq`.
    package let after: Int64?
    /// Messages of the page, at the most; nil for the server's own limit.
    package let limit: Int?

    package init(room: RoomID, before: Int64?, after: Int64?, limit: Int?) {
        self.room = room
        self.before = before
        self.after = after
        self.limit = limit
    }
}
