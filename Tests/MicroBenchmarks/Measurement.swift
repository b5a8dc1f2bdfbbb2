/// Times one piece of work, many times over, and keeps the best of several rounds: what the machine can do when nothing
/// else takes its time.
struct Measurement {
    let name: String
    let nanoseconds: Double

    init(_ name: String, iterations: Int, rounds: Int = 7, _ body: () throws -> Void) rethrows {
        var best = Double.infinity
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            for _ in 0..<iterations { try body() }
            let elapsed = ContinuousClock.now - start
            let (seconds, attoseconds) = elapsed.components
            best = min(best, (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(iterations))
        }
        self.name = name
        nanoseconds = best
    }

    var line: String {
        let text = String(Int(nanoseconds * 10) / 10)
        return name + String(repeating: " ", count: max(1, 44 - name.count)) + text + " ns"
    }
}
