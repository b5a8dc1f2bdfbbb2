import NIOCore
import Synchronization

/// A token bucket that several event loops take from without a lock: `rate` a second on average, `burst` at once.
///
/// It keeps one number, the moment at which the bucket will be full again, and moves it by a token's time for each
/// token taken (the generic cell rate algorithm, ITU-T I.371, in its virtual scheduling form).
final class SharedTokenBucket: Sendable {
    private let nanosecondsPerToken: Int64
    private let capacity: Int64
    /// Nanoseconds of the deadline clock at which the bucket is full.
    private let fullAt = Atomic<Int64>(0)

    init(rate: Int, burst: Int) {
        nanosecondsPerToken = 1_000_000_000 / Int64(max(1, rate))
        capacity = nanosecondsPerToken * Int64(max(1, burst))
    }

    /// Takes a token. Nil when there was one, otherwise the milliseconds until there is.
    func take(now: NIODeadline) -> Int64? {
        let now = Int64(clamping: now.uptimeNanoseconds)
        var seen = fullAt.load(ordering: .relaxed)
        while true {
            let next = max(seen, now) + nanosecondsPerToken
            let excess = next - now - capacity
            guard excess <= 0 else { return (excess - 1) / 1_000_000 + 1 }
            let (exchanged, original) = fullAt.weakCompareExchange(
                expected: seen, desired: next, ordering: .relaxed)
            if exchanged { return nil }
            seen = original
        }
    }

    /// Whether a new bucket would be the same.
    func isFull(now: NIODeadline) -> Bool {
        fullAt.load(ordering: .relaxed) <= Int64(clamping: now.uptimeNanoseconds)
    }
}
