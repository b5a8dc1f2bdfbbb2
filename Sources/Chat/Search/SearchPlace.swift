/// The place of a message in the order of results: newest first, rooms by slug where the moment is the same.
struct SearchPlace: Sendable, Equatable, Comparable {
    /// Milliseconds since 1970 UTC.
    let at: Int64
    let room: RoomID
    let seq: Int64

    /// Whether the left one is shown before the right one.
    static func < (left: SearchPlace, right: SearchPlace) -> Bool {
        if left.at != right.at { return left.at > right.at }
        return left.room == right.room ? left.seq > right.seq : left.room < right.room
    }
}

extension SearchPlace {
    /// The place as the text of a cursor, opaque to callers.
    var cursor: String { "\(at).\(seq).\(room)" }

    /// Reads a cursor, nil for anything else.
    init?(cursor: String) {
        let parts = cursor.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let at = Int64(parts[0]), let seq = Int64(parts[1]), let room = RoomID(parts[2]),
            seq > 0, at > Int64.min
        else { return nil }
        self.init(at: at, room: room, seq: seq)
    }
}
