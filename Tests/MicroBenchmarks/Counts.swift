import Counting

/// What one piece of work costs in allocations; run under callgrind, in instructions, too.
struct Counts {
    /// The only part that is counted, for a profile of it; nil for all.
    nonisolated(unsafe) static var only: String?

    let name: String
    let iterations: Int
    /// Blocks of memory asked for by one iteration, on the thread that ran it.
    let allocations: Double

    /// Runs `body` a few times so that caches are filled, and then so many times counted.
    init(_ name: String, iterations: Int, _ body: () -> Void) {
        if Self.isWanted(name) { for _ in 0..<max(3, iterations / 10) { body() } }
        self.init(name, inRegions: iterations) { Self.region { for _ in 0..<iterations { body() } } }
    }

    /// Counts what happens in the regions that `run` enters.
    init(_ name: String, inRegions iterations: Int, _ run: () -> Void) {
        if Self.isWanted(name) { run() }
        self.name = name
        self.iterations = iterations
        allocations = Double(counted_end()) / Double(iterations)
    }

    /// Whether the part is counted in this run.
    static func isWanted(_ name: String) -> Bool { only == nil || only == name }

    /// A counted region; outside of one nothing is counted.
    static func region(_ body: () -> Void) {
        withoutActuallyEscaping(body) { body in
            var body = body
            withUnsafeMutablePointer(to: &body) { body in
                counted_region({ $0?.assumingMemoryBound(to: (() -> Void).self).pointee() }, body)
            }
        }
    }

    /// A line of JSON, for `config/counts`.
    var line: String {
        #"{"name": "\#(name)", "iterations": \#(iterations), "allocations": \#(allocations)}"#
    }
}
