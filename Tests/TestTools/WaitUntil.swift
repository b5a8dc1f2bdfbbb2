/// A condition did not come true in time.
package struct TimedOut: Error, CustomStringConvertible {
    package let description: String

    package init(_ what: String) { description = "timed out: \(what)" }
}

/// Gives others a turn until a condition holds. Throws ``TimedOut``, which carries `what`, after a generous time.
package func waitUntil(
    _ what: String, within limit: Duration = .seconds(20), _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < end else { throw TimedOut(what) }
        try Task.checkCancellation()
        await Task.yield()
    }
}
