import NIOConcurrencyHelpers

/// A clock that stands still until a test moves it, in milliseconds since 1970 UTC.
final class ManualClock: Sendable {
    /// 2026-01-31T12:00:00Z.
    static let start: Int64 = 1_769_860_800_000

    private let milliseconds = NIOLockedValueBox(ManualClock.start)

    var now: Int64 { milliseconds.withLockedValue { $0 } }

    func advance(milliseconds step: Int64) { milliseconds.withLockedValue { $0 += step } }
}
