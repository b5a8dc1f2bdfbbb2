package import Identity
import NIOConcurrencyHelpers

/// A wall clock that goes with the machine's and that a test puts forward.
package final class TestClock: Sendable {
    private let ahead = NIOLockedValueBox<Int64>(0)

    package init() {}

    /// What the server takes for the time of day.
    package var wallClock: WallClock { WallClock { [ahead] in WallClock.system.now + ahead.withLockedValue { $0 } } }

    /// Milliseconds since 1970 UTC.
    package var now: Int64 { wallClock.now }

    /// Puts the clock forward.
    package func advance(bySeconds seconds: Int64) { ahead.withLockedValue { $0 += seconds * 1000 } }
}
