package import NIOCore

/// How presence and other passing events are told, each value with its configuration key.
package struct PresenceSettings: Sendable {
    /// `presence.offline_delay`: how long after a user's last socket went the user is told to be offline.
    package var offlineDelay: TimeAmount = .seconds(5)
    /// `presence.interval`: changes of presence and read markers are gathered for so long and told together.
    package var interval: TimeAmount = .milliseconds(300)
    /// `presence.count_interval`: the least time between two counts of those online in large rooms.
    package var countInterval: TimeAmount = .seconds(5)
    /// `presence.large_room`: a room with more members is told how many are online instead of who, and no receipts.
    package var largeRoom = 200
    /// `limits.typing_interval`: the least time between two `typing` of one socket in one room that are told.
    package var typingInterval: TimeAmount = .seconds(2)
    /// `limits.typing_per_room`: `typing` events that one room is told in a second, of all its members.
    package var typingPerRoom = 5

    package init() {}
}
