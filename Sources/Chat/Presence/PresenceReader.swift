import Database
import NIOCore

/// Answers with the presence of users as one of them may see it.
package struct PresenceReader: Sendable {
    private let engine: any DatabaseEngine
    private let board: PresenceBoard

    init(engine: any DatabaseEngine, board: PresenceBoard) {
        self.engine = engine
        self.board = board
    }

    /// The presence of those of `users` who share a room with `viewer`, the viewer too; nothing is said of the others.
    ///
    /// Throws `DatabaseError`.
    package func presence(of users: [UserID], for viewer: UserID) async throws -> [UserID: Presence] {
        let stored = try await engine.read { connection in
            var stored: [UserID: Int64?] = [:]
            for user in users where try user == viewer || MemberTable.shareRoom(user, viewer, connection) {
                stored.updateValue(try LastSeenTable.time(of: user, connection), forKey: user)
            }
            return stored
        }
        guard !stored.isEmpty else { return [:] }
        let known = try await board.presence(of: Array(stored.keys)).get()
        return Dictionary(
            uniqueKeysWithValues: stored.map { user, lastSeen in
                (user, known[user] ?? Presence(status: .offline, lastSeen: lastSeen))
            })
    }
}
