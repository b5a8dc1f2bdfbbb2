import Chat
import NIOConcurrencyHelpers

/// Counts the uploads that each user has under way.
final class UploadSlots: Sendable {
    private let limit: Int
    private let counts = NIOLockedValueBox<[UserID: Int]>([:])

    init(limit: Int) { self.limit = limit }

    /// Takes a slot; false where the user has all of them already.
    func take(_ user: UserID) -> Bool {
        counts.withLockedValue { counts in
            let count = counts[user] ?? 0
            guard count < limit else { return false }
            counts[user] = count + 1
            return true
        }
    }

    /// Gives a slot back.
    func give(_ user: UserID) {
        counts.withLockedValue { counts in
            let count = counts[user] ?? 0
            counts[user] = count > 1 ? count - 1 : nil
        }
    }
}
