extension ParleyConfiguration {
    /// `heartbeat.…`: pings.
    package struct Heartbeat: Sendable, Equatable {
        /// Quiet time on a new socket before the server pings.
        package var interval: Duration
        /// The shortest interval that a socket adapts to.
        package var minimum: Duration
        /// The longest interval that a socket adapts to.
        package var maximum: Duration
        /// Nothing received for this long after a ping closes the socket.
        package var timeout: Duration

        init(reading values: inout ConfigurationValues) {
            interval = values.duration(.heartbeatInterval)
            minimum = values.duration(.heartbeatMinimum)
            maximum = values.duration(.heartbeatMaximum)
            timeout = values.duration(.heartbeatTimeout)
            if minimum > interval || interval > maximum {
                let (low, middle, high) = (
                    DurationText.format(minimum), DurationText.format(interval), DurationText.format(maximum)
                )
                values.note(
                    "heartbeat.minimum (\(low)), heartbeat.interval (\(middle)) and heartbeat.maximum (\(high)) "
                        + "must stand in this order",
                    about: [.heartbeatInterval, .heartbeatMinimum, .heartbeatMaximum])
            }
        }
    }

    /// `chat.…`: rooms and messages.
    package struct Chat: Sendable, Equatable {
        /// How long an author may edit a message; zero for ever.
        package var editWindow: Duration
        /// The slug of the room that new users join.
        package var defaultRoom: String
        /// How long rooms that say nothing else keep their history; zero for ever.
        package var retention: Duration
        /// How long the words of deleted messages may stay in the file of the search index before it is rewritten.
        package var erasureDelay: Duration

        init(reading values: inout ConfigurationValues) {
            editWindow = values.duration(.chatEditWindow)
            defaultRoom = values.slug(.chatDefaultRoom)
            retention = values.duration(.chatRetention)
            erasureDelay = values.duration(.chatErasureDelay)
        }
    }
}
