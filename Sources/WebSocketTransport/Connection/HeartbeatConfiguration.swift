package import NIOCore

/// When a silent socket is pinged and when it is given up.
package struct HeartbeatConfiguration: Sendable {
    /// Silence in both directions before the first ping.
    package var interval: TimeAmount = .seconds(25)
    /// The shortest interval that a slow peer brings it down to.
    package var minimum: TimeAmount = .seconds(10)
    /// The longest interval that a prompt peer brings it up to.
    package var maximum: TimeAmount = .seconds(55)
    /// How long nothing may come after a ping was written to TCP: then 4009.
    package var timeout: TimeAmount = .seconds(10)
    /// How long the kernel may take no byte of what waits: then 4008.
    package var stuckTimeout: TimeAmount = .seconds(60)

    /// The protocol's defaults: 25 s, between 10 and 55 s, 10 s and 60 s.
    package init() {}

    /// How exactly time is kept: one second, or an eighth of the shortest span where that is less.
    var resolution: TimeAmount {
        let shortest = [interval, minimum, timeout, stuckTimeout].map(\.nanoseconds).min() ?? 0
        return .nanoseconds(Swift.max(1_000_000, Swift.min(1_000_000_000, shortest / 8)))
    }
}
