import TestSupport
import TestTools
import Testing

@testable import ParleyServer

@Suite("Failure windows")
struct FailureWindowsTests {
    private let limits = [
        FailureLimit(count: 5, windowMilliseconds: 300_000), FailureLimit(count: 20, windowMilliseconds: 3_600_000),
    ]

    @Test("slide: five in five minutes, and one more as each leaves")
    func slide() {
        var windows = FailureWindows()
        for index in 0..<5 {
            #expect(windows.delay(limits, now: Int64(index) * 10_000) == nil)
            windows.failed(limits, now: Int64(index) * 10_000)
        }
        #expect(windows.delay(limits, now: 40_000) == 260_000)
        #expect(windows.delay(limits, now: 299_999) == 1)
        #expect(windows.delay(limits, now: 300_000) == nil)
        windows.failed(limits, now: 300_000)
        #expect(windows.delay(limits, now: 300_000) == 10_000)
    }

    @Test("count twenty in an hour, whoever is patient with the short window")
    func longWindow() {
        var windows = FailureWindows()
        var now: Int64 = 0
        var tries = 0
        while now < 3_600_000 {
            if let delay = windows.delay(limits, now: now) {
                now += delay
            } else {
                windows.failed(limits, now: now)
                tries += 1
            }
        }
        #expect(tries == 20)
        #expect(windows.count(limits, now: now - 1) == 20 && windows.times.count == 20)
    }

    @Test("take attempts under way for failures, for a second")
    func pending() {
        var windows = FailureWindows()
        for _ in 0..<5 {
            #expect(windows.delay(limits, now: 0) == nil)
            windows.began()
        }
        #expect(windows.delay(limits, now: 0) == 1000)
        windows.ended()
        #expect(windows.delay(limits, now: 0) == nil)
        windows.failed(limits, now: 0)
        #expect(windows.delay(limits, now: 0) == 1000)
    }

    @Test("never let more through than the limits, in any seeded order of failures and pauses", arguments: 0..<50)
    func random(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var windows = FailureWindows()
        var tried: [Int64] = []
        var now: Int64 = 0
        for _ in 0..<500 {
            now += Int64.random(in: 0...60_000, using: &generator)
            let allowed = limits.allSatisfy { limit in
                tried.count { $0 > now - limit.windowMilliseconds } < limit.count
            }
            #expect((windows.delay(limits, now: now) == nil) == allowed)
            guard allowed else { continue }
            windows.failed(limits, now: now)
            tried.append(now)
        }
    }
}
