/// Exponential back-off with full jitter: how long to wait before the next attempt to connect.
///
/// The wait is drawn evenly from zero to a ceiling that doubles with each failure, so that the clients of a server that
/// restarts do not come back in step.
public struct Backoff: Sendable, Equatable {
    /// The ceiling of the first wait.
    public var base: Duration
    /// The ceiling is never above this.
    public var maximum: Duration
    /// The attempts that failed since the last success.
    public private(set) var failures = 0

    /// A back-off at its start.
    public init(base: Duration = .milliseconds(500), maximum: Duration = .seconds(30)) {
        self.base = base
        self.maximum = max(base, maximum)
    }

    /// The ceiling of the next wait.
    public var ceiling: Duration {
        var ceiling = base
        // 2^40 times any base is past any maximum: the loop ends long before the number could overflow.
        for _ in 0..<min(failures, 40) where ceiling < maximum { ceiling = ceiling * 2 }
        return min(ceiling, maximum)
    }

    /// Counts a failure and draws the wait before the next attempt.
    ///
    /// The jitter comes on top of `atLeast`, what the server asked for (`drain`, `Retry-After`).
    public mutating func failed(atLeast: Duration?, using generator: inout some RandomNumberGenerator) -> Duration {
        let share = Double.random(in: 0...1, using: &generator)
        let wait = ceiling * share
        if failures < Int.max { failures += 1 }
        return wait + (atLeast ?? .zero)
    }

    /// Goes back to the start: the connection has proven itself.
    public mutating func succeeded() { failures = 0 }
}
