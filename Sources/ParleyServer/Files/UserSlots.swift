import Chat
import NIOConcurrencyHelpers
import Synchronization

/// Counts what each user has under way of one kind, such as uploads, up to a limit.
final class UserSlots: Sendable {
    /// A slot that was taken; it is free again when that is told, or when nothing refers to it any more.
    final class Slot: Sendable {
        private let slots: UserSlots
        private let user: UserID
        private let isTaken = Atomic(true)

        fileprivate init(_ slots: UserSlots, _ user: UserID) {
            self.slots = slots
            self.user = user
        }

        deinit { free() }

        /// Gives the slot back; once is enough.
        func free() {
            if isTaken.exchange(false, ordering: .relaxed) { slots.give(user) }
        }
    }

    private let limit: Int
    private let counts = NIOLockedValueBox<[UserID: Int]>([:])

    init(limit: Int) { self.limit = limit }

    /// Takes a slot; nil where the user has all of them already.
    func take(_ user: UserID) -> Slot? {
        let isFree = counts.withLockedValue { counts in
            let count = counts[user] ?? 0
            guard count < limit else { return false }
            counts[user] = count + 1
            return true
        }
        return isFree ? Slot(self, user) : nil
    }

    private func give(_ user: UserID) {
        counts.withLockedValue { counts in
            let count = counts[user] ?? 0
            counts[user] = count > 1 ? count - 1 : nil
        }
    }
}
