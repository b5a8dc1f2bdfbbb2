import NIOCore

/// Notices a dead peer: after some silence a ping is due, and silence after that means that nobody is there.
struct Heartbeat: Equatable {
    enum Action: Equatable {
        /// Nothing to do before the time given.
        case wait(until: NIODeadline)
        /// Send a ping, then look again at the time given.
        case ping(thenWaitUntil: NIODeadline)
        /// Close: the ping was not answered.
        case giveUp
    }

    private let interval: TimeAmount
    private let timeout: TimeAmount
    private var lastReceived: NIODeadline
    private var pinged: NIODeadline?

    /// Starts counting at `now`.
    init(interval: TimeAmount, timeout: TimeAmount, at now: NIODeadline) {
        self.interval = interval
        self.timeout = timeout
        lastReceived = now
    }

    /// The time of the first look.
    var firstCheck: NIODeadline { lastReceived + interval }

    /// Any byte of the peer is a sign of life.
    mutating func received(at now: NIODeadline) {
        lastReceived = now
        pinged = nil
    }

    /// The time that was waited for has come.
    mutating func timerFired(at now: NIODeadline) -> Action {
        if let pinged {
            return now >= pinged + timeout ? .giveUp : .wait(until: pinged + timeout)
        }
        guard now >= lastReceived + interval else { return .wait(until: lastReceived + interval) }
        pinged = now
        return .ping(thenWaitUntil: now + timeout)
    }
}
