import Database
import Synchronization

/// The sessions whose access tokens are refused although they are good; asked for each token, never from the disk.
///
/// An entry stays until the last access token of its session has expired. In 64 parts with a lock each, so that a
/// reader waits at most for one insertion, and for one part's growth when a million come at once.
package final class RevocationList: Sendable {
    struct Entry: Sendable {
        let session: SessionID
        let expiresAt: Int64
        let cause: RevocationCause
    }

    /// Entries outlive their tokens by five minutes: a clock that is set back revives no session.
    static let marginMilliseconds: Int64 = 300_000

    private final class Part: Sendable {
        let entries = Mutex<[SessionID: Entry]>([:])
    }

    private let parts: [Part]

    init() {
        parts = (0..<64).map { _ in Part() }
    }

    /// Reads the entries that can still matter; blocks.
    static func load(from database: any DatabaseEngine, at now: Int64) throws -> RevocationList {
        let list = RevocationList()
        try database.readBlocking { connection in
            try connection.query(
                "SELECT session, expires_at, cause FROM revocations WHERE expires_at > $1", [.integer(now)]
            ) { row in
                guard let session = row.withBytes(0, { SessionID(utf8: $0) }) else { return }
                let cause = RevocationCause(rawValue: row.text(2)) ?? .session
                list.insert(Entry(session: session, expiresAt: row.integer(1), cause: cause))
            }
        }
        return list
    }

    /// Says whether a session was ended; cheap, from any thread.
    package func contains(_ session: SessionID) -> Bool { cause(of: session) != nil }

    /// How many entries there are.
    package var count: Int { parts.reduce(0) { $0 + $1.entries.withLock(\.count) } }

    func cause(of session: SessionID) -> RevocationCause? {
        part(of: session).entries.withLock { $0[session]?.cause }
    }

    func insert(_ entries: [Entry]) {
        for entry in entries { insert(entry) }
    }

    /// Drops what has expired.
    func prune(at now: Int64) {
        for part in parts {
            part.entries.withLock { entries in
                guard entries.values.contains(where: { $0.expiresAt <= now }) else { return }
                entries = entries.filter { $0.value.expiresAt > now }
            }
        }
    }

    private func insert(_ entry: Entry) {
        part(of: entry.session).entries.withLock { entries in
            if entries[entry.session] == nil { entries[entry.session] = entry }
        }
    }

    private func part(of session: SessionID) -> Part { parts[Int(session.spread % UInt64(parts.count))] }
}
