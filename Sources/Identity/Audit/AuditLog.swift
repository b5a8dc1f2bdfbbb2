package import Database
import FoundationEssentials
import OpenSSLCrypto
import Synchronization

/// The audit log: append-only, each entry chained to the one before with HMAC-SHA-256, its end signed.
///
/// Who records an entry does not wait: entries are written in batches, in the order in which they were recorded, and
/// ``flush()`` returns when all are durable. A batch that the disk does not take is kept and tried again.
package final class AuditLog: Sendable {
    /// Entries that wait for the disk, at the most; those beyond are counted, and the count is recorded.
    private static let maximumPending = 10_000

    struct Draft: Sendable {
        let time: Int64
        let kind: AuditKind
        let actor: String
        let subject: String
        let session: String
        let address: String
        let details: String
    }

    private struct State {
        var pending: [Draft] = []
        var dropped: Int64 = 0
        var isWriting = false
        var waiters: [CheckedContinuation<Void, any Error>] = []
        var last: AuditLink
    }

    let database: any DatabaseEngine
    let key: AuditKey
    let head: AuditHead
    let clock: WallClock
    private let state: Mutex<State>

    /// Opens the log of a migrated database; blocks. `path` is that of the key; the head stands beside it.
    ///
    /// Throws ``IdentityError`` with the code `key_ring_unusable`, `CryptoError` where the head cannot be written, and
    /// `DatabaseError`. A log that was cut off or emptied is no error: the server starts, and the log records it for good.
    package init(
        database: any DatabaseEngine, keyPath: String, headPath: String, makesNewKeys: Bool = false,
        clock: WallClock = .system
    ) throws {
        self.database = database
        self.clock = clock
        let stored = try database.readBlocking { connection in
            (last: try AuditTable.last(in: connection), checkpoint: try AuditTable.checkpoint(in: connection))
        }
        let isFirst = stored.last == nil && stored.checkpoint == nil
        let (key, isNew) = try AuditKey.open(
            path: keyPath, createsWhenMissing: isFirst, replacesUnusable: makesNewKeys)
        self.key = key
        head = AuditHead(file: SecretFile(path: headPath))
        let tagger = try key.tagger()
        let end = stored.last ?? stored.checkpoint?.link ?? .start
        let signed = head.read(tagger)
        state = Mutex(State(last: end))
        if isFirst, isNew {
            // A head from the start: an empty log with a key and no head is one that lost its entries.
            try head.write(end, tagger)
        } else if isNew {
            let checkpoint = AuditTable.Checkpoint(
                link: end, reason: .newKey,
                signature: tagger.signature(of: end, purpose: AuditTable.Checkpoint.Reason.newKey.purpose))
            try database.writeBlocking { try AuditTable.replace(checkpoint, in: $0) }
            record(.auditKeyMade, actor: "server", details: ["after": .number(end.id)])
        } else if let signed, signed.id > end.id {
            // The gap stays: the next entry is chained to the one that is gone.
            state.withLock { $0.last = signed }
            record(.auditTruncated, actor: "server", details: ["last": .number(end.id), "head": .number(signed.id)])
        } else if signed == nil {
            record(.auditHeadLost, actor: "server", details: ["last": .number(end.id)])
        }
    }

    /// Adds an entry; returns at once. Details never hold secrets.
    package func record(
        _ kind: AuditKind, actor: String = "", subject: String = "", session: String = "", address: String = "",
        details: [String: AuditValue] = [:]
    ) {
        let draft = Draft(
            time: clock.now, kind: kind, actor: actor, subject: subject, session: session, address: address,
            details: Self.text(details))
        let begins = state.withLock { state in
            guard state.pending.count < Self.maximumPending else {
                state.dropped += 1
                return false
            }
            state.pending.append(draft)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if begins { Task { await write() } }
    }

    /// Returns when all that was recorded so far is durable; throws `DatabaseError` or `CryptoError` when it is not.
    package func flush() async throws {
        let begins = state.withLock { state -> Bool? in
            if state.pending.isEmpty, !state.isWriting { return nil }
            defer { state.isWriting = true }
            return !state.isWriting
        }
        guard let begins else { return }
        try await withCheckedThrowingContinuation { continuation in
            // Nobody else can have ended the writing that this call began.
            let isDone = state.withLock { state in
                if !begins, !state.isWriting { return true }
                state.waiters.append(continuation)
                return false
            }
            if isDone { return continuation.resume() }
            if begins { Task { await write() } }
        }
    }

    private func write() async {
        while true {
            let batch = state.withLock { state -> (drafts: [Draft], last: AuditLink)? in
                if state.dropped > 0 {
                    let details = Self.text(["entries": .number(state.dropped)])
                    state.dropped = 0
                    state.pending.append(
                        Draft(
                            time: clock.now, kind: .auditOverflow, actor: "server", subject: "", session: "",
                            address: "", details: details))
                }
                guard !state.pending.isEmpty else { return nil }
                defer { state.pending = [] }
                return (state.pending, state.last)
            }
            guard let batch else { break }
            do {
                let last = try await append(batch.drafts, after: batch.last)
                state.withLock { $0.last = last }
                do {
                    // After the entries: after a crash the log may be ahead of its head, never behind it.
                    try head.write(last, key.tagger())
                } catch {
                    return finish(.failure(error), keeping: [])
                }
            } catch {
                return finish(.failure(error), keeping: batch.drafts)
            }
        }
        finish(.success(()), keeping: [])
    }

    private func finish(_ result: Result<Void, any Error>, keeping drafts: [Draft]) {
        let (waiters, goesOn) = state.withLock { state in
            state.pending = drafts + state.pending
            // What was recorded between the last look and now is written by the same task.
            let goesOn = drafts.isEmpty && !state.pending.isEmpty
            if goesOn { return ([CheckedContinuation<Void, any Error>](), true) }
            state.isWriting = false
            defer { state.waiters = [] }
            return (state.waiters, false)
        }
        for waiter in waiters { waiter.resume(with: result) }
        if goesOn { Task { await write() } }
    }

    private func append(_ drafts: [Draft], after link: AuditLink) async throws -> AuditLink {
        let key = key
        return try await database.write { connection in
            let tagger = try key.tagger()
            var last = link
            for draft in drafts {
                let entry = AuditEntry(
                    id: last.id + 1, time: draft.time, kind: draft.kind, actor: draft.actor, subject: draft.subject,
                    session: draft.session, address: draft.address, details: draft.details)
                last = AuditLink(id: entry.id, tag: tagger.tag(of: entry, after: last))
                try AuditTable.insert(entry, tag: last.tag, in: connection)
            }
            return last
        }
    }

    private static func text(_ details: [String: AuditValue]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Of its values only a number that is none cannot be encoded.
        return (try? encoder.encode(details)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
