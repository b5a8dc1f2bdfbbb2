import Chat
import NIOCore
import Testing

@Suite("The token bucket")
struct TokenBucketTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    @Test("gives a burst at once and then says how long to wait")
    func burst() {
        var bucket = TokenBucket(rate: 10, burst: 3, now: start)
        for _ in 0..<3 { #expect(bucket.take(now: start) == nil) }
        #expect(bucket.take(now: start) == 101)
        #expect(bucket.take(now: start + .milliseconds(60)) == 41)
    }

    @Test("who waits as long as told is served")
    func wait() throws {
        var bucket = TokenBucket(rate: 7, burst: 1, now: start)
        var now = start
        #expect(bucket.take(now: now) == nil)
        for _ in 0..<100 {
            let wait = bucket.take(now: now)
            now = now + .milliseconds(try #require(wait))
            #expect(bucket.take(now: now) == nil)
        }
    }

    @Test("gives its rate over time and never more than its burst at once")
    func rate() {
        var bucket = TokenBucket(rate: 50, burst: 150, now: start)
        var taken = 0
        for millisecond in 0..<10_000 where bucket.take(now: start + .milliseconds(Int64(millisecond))) == nil {
            taken += 1
        }
        #expect((150 + 498...150 + 500).contains(taken))
        var afterRest = 0
        for _ in 0..<1000 where bucket.take(now: start + .hours(10)) == nil { afterRest += 1 }
        #expect(afterRest == 150)
    }

    @Test("a refusal costs nothing, and time that stands still or goes back gives nothing")
    func oddTime() {
        var bucket = TokenBucket(rate: 1, burst: 1, now: start)
        #expect(bucket.take(now: start) == nil)
        for _ in 0..<10 { #expect(bucket.take(now: start) != nil) }
        #expect(bucket.take(now: start - .seconds(5)) != nil)
    }

    @Test("a rate or burst below one counts as one", arguments: [0, -5])
    func floor(value: Int) {
        var bucket = TokenBucket(rate: value, burst: value, now: start)
        #expect(bucket.take(now: start) == nil)
        #expect(bucket.take(now: start) == 1001)
    }
}
