import TestTools
import Testing

@testable import ParleyClient

@Suite struct BackoffTests {
    @Test("The ceiling doubles with each failure and stops at the maximum")
    func ceiling() {
        var backoff = Backoff(base: .milliseconds(500), maximum: .seconds(30))
        var random = SeededGenerator(seed: 1)
        var ceilings: [Duration] = []
        for _ in 0..<9 {
            ceilings.append(backoff.ceiling)
            _ = backoff.failed(atLeast: nil, using: &random)
        }
        #expect(ceilings == [0.5, 1, 2, 4, 8, 16, 30, 30, 30].map { Duration.seconds($0) })
    }

    @Test("The wait is spread over the whole of zero to the ceiling")
    func fullJitter() {
        var random = SeededGenerator(seed: 2)
        var waits: [Duration] = []
        for _ in 0..<1000 {
            var backoff = Backoff(base: .seconds(8), maximum: .seconds(8))
            waits.append(backoff.failed(atLeast: nil, using: &random))
        }
        #expect(waits.allSatisfy { $0 >= .zero && $0 <= .seconds(8) })
        for quarter in 0..<4 {
            let share = waits.filter { $0 >= .seconds(2 * quarter) && $0 < .seconds(2 * (quarter + 1)) }.count
            #expect((180...320).contains(share), "quarter \(quarter) has \(share)")
        }
    }

    @Test("What the server asked for is waited in full, with the jitter on top")
    func atLeast() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<100 {
            var backoff = Backoff(base: .milliseconds(100), maximum: .seconds(1))
            let wait = backoff.failed(atLeast: .seconds(5), using: &random)
            #expect(wait >= .seconds(5) && wait <= .milliseconds(5100))
        }
    }

    @Test("A success sets it back to its start, and any number of failures is fine")
    func success() {
        var backoff = Backoff(base: .milliseconds(1), maximum: .seconds(60))
        var random = SeededGenerator(seed: 4)
        for _ in 0..<10_000 { _ = backoff.failed(atLeast: nil, using: &random) }
        #expect(backoff.ceiling == .seconds(60))
        backoff.succeeded()
        #expect(backoff.ceiling == .milliseconds(1))
        #expect(backoff.failures == 0)
    }
}
