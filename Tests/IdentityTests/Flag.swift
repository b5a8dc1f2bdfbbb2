import Glibc
import Synchronization

/// A switch that is turned once, for threads that wait for it.
final class Flag: Sendable {
    private let state = Atomic(false)

    func set() { state.store(true, ordering: .releasing) }

    /// Blocks the thread until the switch is turned; no longer than ten seconds, so that a failing test ends.
    func wait() {
        let end = ContinuousClock.now + .seconds(10)
        while !state.load(ordering: .acquiring), ContinuousClock.now < end { sched_yield() }
    }
}
