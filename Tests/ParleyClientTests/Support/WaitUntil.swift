import Testing

/// Gives others a turn until a condition holds; fails the test after a generous time.
func waitUntil(
    _ what: Comment, within limit: Duration = .seconds(20), _ condition: () async -> Bool
) async {
    let end = ContinuousClock.now + limit
    while await !condition() {
        guard ContinuousClock.now < end else {
            Issue.record(what)
            return
        }
        await Task.yield()
    }
}
