import Database
import Synchronization

/// All accounts in memory, for readers that may not wait: loaded at the start, kept up by each write.
package final class AccountDirectory: Sendable {
    private let rows: Mutex<[Username: UserTable.Row]>

    init(_ rows: [UserTable.Row]) {
        self.rows = Mutex(Dictionary(rows.map { ($0.user.username, $0) }) { first, _ in first })
    }

    /// The account of a name; nil when there is none. From any thread, without waiting for the disk.
    package func user(_ username: Username) -> User? { anyone(username).flatMap { $0.isDeleted ? nil : $0 } }

    /// The account of a name, or what is left of a deleted one: for authors of messages. From any thread.
    package func anyone(_ username: Username) -> User? { rows.withLock { $0[username]?.user } }

    /// How many accounts there are.
    package var count: Int { rows.withLock { $0 }.values.count { !$0.user.isDeleted } }

    /// Up to `limit` enabled accounts by user name, from after `username`, whose user name or name contains `text`.
    ///
    /// Reads all accounts: not for an event loop.
    package func users(containing text: String = "", after username: Username? = nil, limit: Int) -> [User] {
        let wanted = text.lowercased()
        // A copy of a reference: the search does not hold the lock.
        let candidates = rows.withLock { $0 }.values.lazy.map(\.user).filter { user in
            guard !user.isDisabled else { return false }
            if let username, user.username <= username { return false }
            return wanted.isEmpty || user.username.text.contains(wanted) || user.name.lowercased().contains(wanted)
        }
        return Array(candidates.sorted { $0.username < $1.username }.prefix(max(0, limit)))
    }

    /// Takes the outcome of a committed write; outcomes may arrive in another order than they were committed.
    func apply(_ row: UserTable.Row) {
        rows.withLock { rows in
            if let known = rows[row.user.username], known.revision >= row.revision { return }
            rows[row.user.username] = row
        }
    }
}
