import NIOConcurrencyHelpers
import NIOCore
import Testing

@testable import Chat

@Suite("A token bucket that event loops share")
struct SharedTokenBucketTests {
    private let start = NIODeadline.uptimeNanoseconds(5_000_000_000)

    @Test("gives a burst, then as many as the rate, and says how long to wait")
    func rate() {
        let bucket = SharedTokenBucket(rate: 10, burst: 30)
        for _ in 0..<30 { #expect(bucket.take(now: start) == nil) }
        #expect(bucket.take(now: start) == 100)
        #expect(bucket.take(now: start + .milliseconds(60)) == 40)
        #expect(bucket.take(now: start + .milliseconds(100)) == nil)
        #expect(bucket.take(now: start + .milliseconds(100)) == 100)
        // After a long rest there is the burst again, and no more.
        let later = start + .hours(5)
        for _ in 0..<30 { #expect(bucket.take(now: later) == nil) }
        #expect(bucket.take(now: later) != nil)
    }

    @Test("a rate of a million a second has the same form")
    func high() {
        let bucket = SharedTokenBucket(rate: 1_000_000, burst: 3_000_000)
        for _ in 0..<100_000 { #expect(bucket.take(now: start) == nil) }
        #expect(bucket.isFull(now: start + .milliseconds(99)) == false)
        #expect(bucket.isFull(now: start + .milliseconds(100)))
    }

    @Test("threads that take at the same time get the burst and not one more")
    func contention() async {
        let bucket = SharedTokenBucket(rate: 1, burst: 5000)
        let now = start
        let taken = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { (0..<2000).count { _ in bucket.take(now: now) == nil } } }
            return await group.reduce(0, +)
        }
        #expect(taken == 5000)
    }

    @Test("a user has the same rates as long as anyone holds them or they are not full")
    func users() {
        var limits = ChatLimits()
        limits.messagesPerUser = 1
        let buckets = UserBuckets(limits: limits)
        let held = buckets.rates(of: "ann", now: start)
        #expect(buckets.rates(of: "ann", now: start) === held)
        for _ in 0..<3 { #expect(buckets.rates(of: "bob", now: start).messages.take(now: start) == nil) }
        for number in 0..<3000 { _ = buckets.rates(of: UserID(stored: "u\(number)"), now: start) }
        #expect(buckets.count < 2000)
        #expect(buckets.rates(of: "ann", now: start) === held)
        #expect(buckets.rates(of: "bob", now: start).messages.take(now: start) != nil)
    }
}
