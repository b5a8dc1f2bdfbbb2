import Identity
import NIOConcurrencyHelpers

/// Keeps strangers from filling the audit log: so many entries of a kind in a minute.
final class AuditLimiter: Sendable {
    private static let perMinute = 60

    private struct Window {
        var end: Int64 = 0
        var count = 0
        var suppressed: Int64 = 0
    }

    private let windows = NIOLockedValueBox<[AuditKind: Window]>([:])

    /// Nil when the entry is one too many; otherwise how many were left out since the last one that was not.
    func admit(_ kind: AuditKind, now: Int64) -> Int64? {
        windows.withLockedValue { windows in
            var window = windows[kind] ?? Window()
            defer { windows[kind] = window }
            if window.end <= now {
                window.end = now + 60_000
                window.count = 0
            }
            guard window.count < Self.perMinute else {
                window.suppressed += 1
                return nil
            }
            window.count += 1
            defer { window.suppressed = 0 }
            return window.suppressed
        }
    }
}
