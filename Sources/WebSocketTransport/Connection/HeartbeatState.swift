package import NIOCore

/// One socket's heartbeat on a clock that the caller reads: when to ping, when to give up.
///
/// A socket with unsent bytes is never pinged and never given up for silence: its peer may be reading what we sent.
/// Only the kernel's taking no byte at all counts against it.
///
/// The interval adapts to the connection: every prompt answer to a ping lengthens it a little, a late one halves it.
/// A connection that dies in silence teaches nothing, since the next one starts anew.
package struct HeartbeatState {
    /// What is to be done, or when to ask again.
    package enum Action: Equatable {
        case wait(until: NIODeadline)
        case sendPing
        case close(CloseCode)
    }

    private enum Ping: Equatable {
        case none
        case queued
        case written(NIODeadline)
    }

    private static let step: TimeAmount = .seconds(2)

    private let configuration: HeartbeatConfiguration
    /// Silence that is waited for at present; what `heartbeat_ms` tells.
    package private(set) var interval: TimeAmount
    private var lastTraffic: NIODeadline
    private var ping = Ping.none
    private var stuckSince: NIODeadline?
    private var unsentByteCount = 0

    /// A socket that was opened at `now`.
    package init(configuration: HeartbeatConfiguration, now: NIODeadline) {
        self.configuration = configuration
        interval = min(max(configuration.interval, configuration.minimum), configuration.maximum)
        lastTraffic = now
    }

    /// Anything came from the peer.
    package mutating func received(at now: NIODeadline) {
        lastTraffic = max(lastTraffic, now)
        guard ping != .none else { return }
        if case .written(let since) = ping {
            let isLate = now - since > configuration.timeout / 2
            let adapted = isLate ? interval / 2 : interval + Self.step
            interval = min(max(adapted, configuration.minimum), configuration.maximum)
        }
        ping = .none
    }

    /// The socket is not read from at the moment: its peer's silence says nothing. A ping's deadline starts again.
    package mutating func listenedNot(at now: NIODeadline) {
        if case .written = ping { ping = .written(now) }
    }

    /// Bytes went down to the kernel.
    package mutating func wrote(at now: NIODeadline) {
        lastTraffic = max(lastTraffic, now)
    }

    /// The kernel took the ping: from now on the peer has to say something.
    package mutating func pingWritten(at now: NIODeadline) {
        if ping == .queued { ping = .written(now) }
    }

    /// The kernel did not take everything.
    package mutating func blocked(at now: NIODeadline, unsentByteCount count: Int) {
        stuckSince = now
        unsentByteCount = count
    }

    /// The kernel took everything. A ping's deadline starts again.
    package mutating func drained(at now: NIODeadline) {
        stuckSince = nil
        if case .written = ping { ping = .written(now) }
    }

    /// What is due, given the bytes that the kernel has not taken; 0 when it has all.
    package mutating func timePassed(to now: NIODeadline, unsentByteCount count: Int) -> Action {
        if count > 0 { return unsent(count, at: now) }
        if stuckSince != nil { drained(at: now) }
        switch ping {
        case .written(let since):
            let deadline = since + configuration.timeout
            return now >= deadline ? .close(.noHeartbeat) : .wait(until: deadline)
        case .queued:
            return .wait(until: now + configuration.timeout)
        case .none:
            let due = lastTraffic + interval
            guard now >= due else { return .wait(until: due) }
            ping = .queued
            return .sendPing
        }
    }

    /// Any change of the count is progress: it falls as the kernel takes bytes, and new ones are handed down only
    /// after it took all.
    private mutating func unsent(_ count: Int, at now: NIODeadline) -> Action {
        guard let since = stuckSince, count == unsentByteCount else {
            blocked(at: now, unsentByteCount: count)
            return .wait(until: now + configuration.stuckTimeout / 12)
        }
        let deadline = since + configuration.stuckTimeout
        if now >= deadline { return .close(.stuck) }
        return .wait(until: min(deadline, now + configuration.stuckTimeout / 12))
    }
}

extension TimeAmount {
    static func / (amount: TimeAmount, divisor: Int64) -> TimeAmount {
        .nanoseconds(amount.nanoseconds / divisor)
    }
}
