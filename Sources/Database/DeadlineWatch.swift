/// Tells SQLite's progress handler when a statement has run for long enough.
final class DeadlineWatch {
    /// Instructions of SQLite's virtual machine between two looks at the clock: some ten microseconds.
    static let instructions: CInt = 1000

    private let deadline: ContinuousClock.Instant

    init(_ deadline: ContinuousClock.Instant) { self.deadline = deadline }

    var isOver: Bool { ContinuousClock.now >= deadline }
}
