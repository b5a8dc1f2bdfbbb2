/// What others are told of a user's presence.
package struct Presence: Sendable, Equatable {
    /// The best of the user's sockets.
    package var status: PresenceStatus
    /// Milliseconds since 1970 UTC: while online the moment at which this was said, while away since when, while
    /// offline when the last socket went; nil for who was never here.
    package var lastSeen: Int64?

    package init(status: PresenceStatus, lastSeen: Int64?) {
        self.status = status
        self.lastSeen = lastSeen
    }

    /// Writes the members `status` and `last_seen`.
    package func write(to writer: inout JSONWriter) {
        writer.member("status", status.word)
        writer.name("last_seen")
        if let lastSeen { writer.value(time: lastSeen) } else { writer.null() }
    }
}

/// A change of a user's presence.
struct PresenceChange: Sendable, Equatable {
    let user: UserID
    let presence: Presence
}
