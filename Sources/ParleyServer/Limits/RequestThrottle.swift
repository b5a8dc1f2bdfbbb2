import Chat
import NIOConcurrencyHelpers
import NIOCore

/// A token bucket for each user, or each address without a login, over HTTP requests.
final class RequestThrottle: Sendable {
    /// Buckets kept, at the most; beyond it all start anew.
    private static let maximumBuckets = 100_000

    private let perSecond: Int
    private let buckets = NIOLockedValueBox<[String: TokenBucket]>([:])

    init(perSecond: Int) { self.perSecond = perSecond }

    /// Takes a token of the bucket. Nil when there was one, otherwise the time until there is.
    func take(_ key: String, now: NIODeadline = .now()) -> Duration? {
        buckets.withLockedValue { buckets in
            if buckets.count >= Self.maximumBuckets { buckets.removeAll() }
            var bucket = buckets[key] ?? TokenBucket(rate: perSecond, burst: perSecond * 4, now: now)
            defer { buckets[key] = bucket }
            return bucket.take(now: now).map { .milliseconds($0) }
        }
    }
}
