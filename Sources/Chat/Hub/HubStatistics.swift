/// Counts of the fan-out since the start.
package struct HubStatistics: Sendable, Equatable {
    /// Sockets that are connected.
    package var sockets = 0
    /// Sockets that were opened since the start.
    package var opened = 0
    /// Durable events that an event loop was told of.
    package var events = 0
    /// Runs of frames handed to a socket's outbox.
    package var deliveries = 0
    /// Sockets that fell behind and were served from the log.
    package var fallenBehind = 0

    package init() {}

    mutating func add(_ other: HubStatistics) {
        sockets += other.sockets
        opened += other.opened
        events += other.events
        deliveries += other.deliveries
        fallenBehind += other.fallenBehind
    }
}
