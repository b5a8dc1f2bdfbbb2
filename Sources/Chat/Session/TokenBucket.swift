package import NIOCore

/// A token bucket: `rate` a second on average, `burst` at once.
package struct TokenBucket {
    private let nanosecondsPerToken: Int64
    private let capacity: Int64
    /// Nanoseconds' worth of tokens that are left.
    private var balance: Int64
    private var last: NIODeadline

    package init(rate: Int, burst: Int, now: NIODeadline) {
        nanosecondsPerToken = 1_000_000_000 / Int64(max(1, rate))
        capacity = nanosecondsPerToken * Int64(max(1, burst))
        balance = capacity
        last = now
    }

    /// Takes a token. Nil when there was one, otherwise the milliseconds until there is.
    package mutating func take(now: NIODeadline) -> Int64? {
        balance = min(capacity, balance + max(0, (now - last).nanoseconds))
        last = now
        guard balance >= nanosecondsPerToken else { return (nanosecondsPerToken - balance) / 1_000_000 + 1 }
        balance -= nanosecondsPerToken
        return nil
    }
}
