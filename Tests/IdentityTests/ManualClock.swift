import Synchronization

@testable import Identity

/// A clock that a test sets.
final class ManualClock: Sendable {
    private let time = Mutex<Int64>(1_700_000_000_000)

    var now: Int64 { time.withLock { $0 } }

    var wallClock: WallClock { WallClock { self.now } }

    func advance(by duration: Duration) { time.withLock { $0 += duration.milliseconds } }
}
