extension ParleyConfiguration {
    /// `presence.…`: who is online, and how others are told.
    package struct Presence: Sendable, Equatable {
        /// How long after a user's last socket went others are told.
        package var offlineDelay: Duration
        /// How long changes are gathered.
        package var interval: Duration
        /// The least time between two counts of a large room.
        package var countInterval: Duration
        /// Members beyond which a room is large.
        package var largeRoom: Int

        init(reading values: inout ConfigurationValues) {
            offlineDelay = values.duration(.presenceOfflineDelay)
            interval = values.duration(.presenceInterval)
            countInterval = values.duration(.presenceCountInterval)
            largeRoom = values.count(.presenceLargeRoom)
        }
    }
}
