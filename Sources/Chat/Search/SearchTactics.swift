/// When a search takes which way: what was the fastest among a million messages in 200 rooms.
struct SearchTactics: Sendable {
    /// Up to so many rooms are searched one by one: the whole index holds more of others than of the user's.
    var fewRooms = 8
    /// Up to so many messages of the whole index are rare enough to take them all.
    var rareMatches = 40_000
    /// Up to so many events of a room are compared one by one rather than looked up in the index.
    var windowEvents: Int64 = 32
}
