/// One stretch of traffic, with its own measurement.
package struct LoadPhase: Sendable, Equatable {
    /// How the publishers decide when to send.
    package enum Pace: Sendable, Equatable {
        /// Each publisher has `window` messages under way and sends the next when one of its own comes back.
        case closedLoop(window: Int)
        /// All publishers together send so many messages a second, in turn.
        case rate(messagesPerSecond: Double)
    }

    /// How many sockets send.
    package var publishers: Int
    /// When they send.
    package var pace: Pace
    /// Of a rate: how many messages go out at the same time, each from another publisher.
    package var burst = 1
    /// How long is measured.
    package var duration = Duration.seconds(5)
    /// How long is sent before that.
    package var warmUp = Duration.seconds(1)
    /// Sockets that leave their room or join it again in a second, taken from the end of their number.
    package var changesPerSecond = 0.0
    /// How many sockets, taken from the end of their number, end at once when the measurement begins and come back with
    /// a `resume`; Parley's dialect only.
    package var reconnects = 0

    /// A phase with defaults.
    package init(publishers: Int, pace: Pace) {
        self.publishers = publishers
        self.pace = pace
    }

    /// The first thing that makes this phase impossible among so many sockets; nil when it can be run.
    func objection(sockets: Int) -> String? {
        if publishers < 0 || publishers > sockets { return "the publishers must be among the sockets" }
        if reconnects < 0 || publishers + reconnects > sockets { return "those who reconnect must not be publishers" }
        if burst < 1 { return "the burst must be at least 1" }
        if !(changesPerSecond >= 0 && changesPerSecond <= 10_000) { return "the changes must be 0 to 10000 a second" }
        switch pace {
        case .closedLoop(let window) where window < 1: return "the window must be at least 1"
        case .rate(let rate) where !(rate > 0 && rate <= 10_000_000): return "the rate must be above 0"
        default: return nil
        }
    }
}
