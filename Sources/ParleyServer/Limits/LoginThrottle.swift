import NIOConcurrencyHelpers

/// Counts failed logins of a user name and of an address; over the limit neither gets to try a password.
///
/// In memory: a restart forgets, which the cost of a password hash makes harmless.
final class LoginThrottle: Sendable {
    /// Names and addresses remembered, at the most; the oldest failures are forgotten first.
    private static let maximumEntries = 100_000

    private struct Entry {
        var count = 0
        /// Milliseconds since 1970 UTC at which the window ends.
        var end: Int64
    }

    private let attempts: Int
    private let windowMilliseconds: Int64
    private let entries = NIOLockedValueBox<[String: Entry]>([:])

    init(attempts: Int, window: Duration) {
        self.attempts = attempts
        windowMilliseconds = window.milliseconds
    }

    /// The time until another attempt is allowed, nil when one is allowed now.
    func delay(user: String, address: String, now: Int64) -> Duration? {
        entries.withLockedValue { entries in
            let ends = Self.keys(user, address).compactMap { key -> Int64? in
                guard let entry = entries[key], entry.end > now, entry.count >= attempts else { return nil }
                return entry.end
            }
            return ends.max().map { .milliseconds($0 - now) }
        }
    }

    func failed(user: String, address: String, now: Int64) {
        entries.withLockedValue { entries in
            if entries.count >= Self.maximumEntries { entries = entries.filter { $0.value.end > now } }
            if entries.count >= Self.maximumEntries { entries.removeAll() }
            for key in Self.keys(user, address) {
                var entry = entries[key] ?? Entry(end: 0)
                if entry.end <= now { entry = Entry(end: now + windowMilliseconds) }
                entry.count += 1
                entries[key] = entry
            }
        }
    }

    func succeeded(user: String) {
        entries.withLockedValue { $0["user " + user] = nil }
    }

    private static func keys(_ user: String, _ address: String) -> [String] {
        ["user " + user.prefix(64), "address " + address]
    }
}
