import Database
import Foundation
import TestTools
import Testing

@testable import Identity

@Suite("The audit log")
struct AuditLogTests {
    private let identity: TestIdentity
    private var database: SQLiteEngine { identity.database }
    private var keyPath: String { identity.directory.file("audit.key") }
    private var headPath: String { identity.directory.file("audit.head") }

    init() throws {
        identity = try TestIdentity()
    }

    private func open(makesNewKeys: Bool = false) throws -> AuditLog {
        try AuditLog(
            database: database, keyPath: keyPath, headPath: headPath, makesNewKeys: makesNewKeys,
            clock: identity.clock.wallClock)
    }

    private func filled(_ count: Int = 10) async throws -> AuditLog {
        let log = try open()
        for index in 1...count { log.record(.login, actor: "user\(index)", details: ["n": .number(Int64(index))]) }
        try await log.flush()
        return log
    }

    /// Changes the database behind the log's back.
    private func tamper(_ statements: String...) async throws {
        try await database.write { connection in for sql in statements { try connection.execute(sql) } }
    }

    @Test("keeps entries in the order in which they were recorded, over restarts, and verifies")
    func order() async throws {
        _ = try await filled(300)
        let log = try open()
        log.record(.logout, actor: "user1", subject: "user1", session: "s", address: "192.0.2.1")
        #expect(try await log.verify() == AuditReport(verified: 301, unverifiable: 0, last: 301, fault: nil))
        let first = try await log.list(AuditFilter(), limit: 200)
        #expect(first.items.map(\.id) == Array(1...200) && first.items[9].details == #"{"n":10}"#)
        var filter = AuditFilter()
        filter.after = try #require(first.cursor.flatMap { Int64($0) })
        let rest = try await log.list(filter, limit: 200)
        #expect(rest.items.map(\.id) == Array(201...301) && rest.cursor == nil)
    }

    @Test("filters by kind, user and time")
    func filters() async throws {
        let log = try open()
        log.record(.login, actor: "alice", subject: "alice")
        identity.clock.advance(by: .seconds(10))
        log.record(.accountDisabled, actor: "root", subject: "alice")
        log.record(.login, actor: "bob", subject: "bob")
        try await log.flush()
        var filter = AuditFilter()
        filter.user = "alice"
        #expect(try await log.list(filter).items.map(\.id) == [1, 2])
        filter.kind = .login
        #expect(try await log.list(filter).items.map(\.id) == [1])
        filter = AuditFilter()
        filter.since = identity.clock.now
        #expect(try await log.list(filter).items.map(\.id) == [2, 3])
        filter.since = nil
        filter.until = identity.clock.now
        #expect(try await log.list(filter).items.map(\.id) == [1])
    }

    @Test(
        "names the entry whose field was changed",
        arguments: [
            "time = time + 1", "kind = 'logout'", "actor = 'x'", "subject = 'x'", "session = 'x'", "address = 'x'",
            "details = '{}'", "tag = zeroblob(32)", "actor = actor || subject",
            "subject = actor, actor = subject",
        ])
    func changed(_ change: String) async throws {
        let log = try await filled()
        try await tamper("UPDATE audit SET \(change) WHERE id = 7")
        let isSame = change == "actor = actor || subject"
        #expect(try await log.verify().fault?.entry == (isSame ? nil : 7))
    }

    @Test("names the first entry that was removed, at the start, in the middle and at the end")
    func removed() async throws {
        for (condition, entry) in [("id <= 3", 1), ("id = 5", 5), ("id > 8", 9), ("id > 0", 1)] as [(String, Int64)] {
            let log = try await filled()
            try await tamper("DELETE FROM audit WHERE \(condition)")
            #expect(try await log.verify().fault?.entry == entry, "\(condition)")
            try await tamper("DELETE FROM audit")
            for path in [keyPath, headPath] { try FileManager.default.removeItem(atPath: path) }
        }
    }

    @Test("names the first of two entries that changed their places, and one that was put in")
    func reordered() async throws {
        let log = try await filled()
        try await tamper(
            "UPDATE audit SET id = 100 WHERE id = 4", "UPDATE audit SET id = 4 WHERE id = 6",
            "UPDATE audit SET id = 6 WHERE id = 100")
        #expect(try await log.verify().fault?.entry == 4)
        try await tamper(
            "UPDATE audit SET id = 100 WHERE id = 4", "UPDATE audit SET id = 4 WHERE id = 6",
            "UPDATE audit SET id = 6 WHERE id = 100")
        #expect(try await log.verify().fault == nil)
        try await tamper(
            """
            INSERT INTO audit SELECT 11, time, kind, actor, subject, session, address, details, tag FROM audit
            WHERE id = 10
            """)
        #expect(try await log.verify().fault?.entry == 11)
    }

    @Test("names an entry of the same place in another history of the same log")
    func spliced() async throws {
        _ = try await filled()
        try await tamper("CREATE TABLE other AS SELECT * FROM audit", "DELETE FROM audit WHERE id > 5")
        try FileManager.default.removeItem(atPath: headPath)
        let log = try open()
        for index in 7...12 { log.record(.login, actor: "user\(index)") }
        #expect(try await log.verify().fault == nil)
        // As it was written, with a tag of the right key: only what stood before it was another entry.
        try await tamper("DELETE FROM audit WHERE id = 8", "INSERT INTO audit SELECT * FROM other WHERE id = 8")
        #expect(try await log.verify().fault?.entry == 8)
    }

    @Test("that was cut off while no server ran stays cut off for everyone to see")
    func truncated() async throws {
        _ = try await filled()
        try await tamper("DELETE FROM audit WHERE id > 8")
        let log = try open()
        log.record(.login, actor: "later")
        #expect(try await log.verify().fault?.entry == 9)
        let entries = try await log.list(AuditFilter(), limit: 50).items
        #expect(entries.suffix(2).map(\.id) == [11, 12])
        #expect(entries.suffix(2).map(\.kind) == [.auditTruncated, .login])
    }

    @Test("whose head is gone, or of another log, says so, and records it at the next start")
    func head() async throws {
        var log = try await filled()
        try FileManager.default.removeItem(atPath: headPath)
        #expect(try await log.verify().fault?.entry == 10)
        log = try open()
        #expect(try await log.verify().fault == nil)
        var filter = AuditFilter()
        filter.kind = .auditHeadLost
        #expect(try await log.list(filter).items.map(\.id) == [11])
        let head = try String(contentsOfFile: headPath, encoding: .utf8)
        try Data(head.replacing("\"id\":11", with: "\"id\":9").utf8).write(to: URL(fileURLWithPath: headPath))
        #expect(try await log.verify().fault != nil)
    }

    @Test("is pruned from its start, with a signed checkpoint that cannot be moved")
    func prune() async throws {
        let log = try await filled()
        identity.clock.advance(by: .seconds(100))
        for _ in 0..<5 { log.record(.logout) }
        try await log.prune(before: identity.clock.now)
        #expect(try await log.verify() == AuditReport(verified: 6, unverifiable: 0, last: 16, fault: nil))
        var entries = try await log.list(AuditFilter()).items
        #expect(entries.map(\.id) == Array(11...16) && entries.last?.kind == .auditPruned)
        try await log.prune(before: identity.clock.now)
        entries = try await open().list(AuditFilter()).items
        #expect(entries.count == 6)
        // An entry cannot be put in before the checkpoint, nor the checkpoint pass for one of another key.
        try await tamper(
            """
            INSERT INTO audit SELECT 4, time, kind, actor, subject, session, address, details, tag FROM audit
            WHERE id = 12
            """)
        #expect(try await log.verify().fault?.entry == 4)
        try await tamper("UPDATE audit_checkpoints SET reason = 'new_key'")
        #expect(try await log.verify().fault?.entry == 10)
        try await tamper("UPDATE audit_checkpoints SET reason = 'pruned'", "DELETE FROM audit WHERE id = 4")
        #expect(try await log.verify().fault == nil)
        try await tamper("UPDATE audit_checkpoints SET id = 11", "DELETE FROM audit WHERE id = 11")
        #expect(try await log.verify().fault?.entry == 11)
        try await tamper("DELETE FROM audit_checkpoints")
        #expect(try await log.verify().fault?.entry == 1)
    }

    @Test(
        "is not pruned past what is not as it was written, so that nobody can have a change signed over",
        arguments: [
            ("UPDATE audit SET time = 0 WHERE id <= 8", 1), ("UPDATE audit SET time = 0 WHERE id = 11", 11),
            ("UPDATE audit SET actor = 'x' WHERE id = 7", 7), ("DELETE FROM audit WHERE id <= 3", 1),
            ("DELETE FROM audit WHERE id = 5", 5),
        ] as [(String, Int64)])
    func pruneChanged(change: String, entry: Int64) async throws {
        let log = try await filled()
        identity.clock.advance(by: .seconds(100))
        for _ in 0..<5 { log.record(.logout) }
        try await log.flush()
        try await tamper(change)
        #expect(try await log.prune(before: identity.clock.now)?.entry == entry)
        #expect(try await log.verify().fault?.entry == entry)
        // What is whole before it goes all the same.
        let kept = try await log.list(AuditFilter()).items.first?.id
        #expect(kept == (change.hasPrefix("DELETE") && entry == 1 ? 4 : entry == 5 ? 6 : entry))
        #expect(try await log.prune(before: identity.clock.now)?.entry == entry)
    }

    @Test("that was emptied while no server ran says so, with its head and without")
    func emptied() async throws {
        for (isHeadGone, kind) in [(false, AuditKind.auditTruncated), (true, .auditHeadLost)] {
            _ = try await filled()
            try await tamper("DELETE FROM audit")
            if isHeadGone { try FileManager.default.removeItem(atPath: headPath) }
            let log = try open()
            try await log.flush()
            #expect(try await log.list(AuditFilter()).items.map(\.kind) == [kind])
            try await tamper("DELETE FROM audit")
            for path in [keyPath, headPath] { try FileManager.default.removeItem(atPath: path) }
        }
    }

    @Test("that nothing was recorded in yet is no log that was emptied")
    func unused() async throws {
        _ = try open()
        let log = try open()
        #expect(try await log.verify() == AuditReport(verified: 0, unverifiable: 0, last: 0, fault: nil))
        #expect(try await log.list(AuditFilter()).items.isEmpty)
    }

    @Test("names an entry that was put in before the first", arguments: [0, -7] as [Int64])
    func putBefore(_ id: Int64) async throws {
        let log = try await filled(3)
        try await tamper(
            """
            INSERT INTO audit SELECT \(id), time, kind, actor, subject, session, address, details, tag FROM audit
            WHERE id = 2
            """)
        #expect(try await log.verify().fault?.entry == id)
    }

    @Test("stops the start without its key, and begins anew with --new-keys; what was before stays to be read")
    func newKey() async throws {
        _ = try await filled()
        try FileManager.default.removeItem(atPath: keyPath)
        let error = try #require(throws: IdentityError.self) { try open() }
        #expect(error.code == .keyRingUnusable && error.reason.contains("--new-keys"))
        let log = try open(makesNewKeys: true)
        #expect(try await log.verify() == AuditReport(verified: 1, unverifiable: 10, last: 11, fault: nil))
        #expect(try await open().verify().fault == nil)
        try await tamper("UPDATE audit SET actor = 'x' WHERE id = 11")
        #expect(try await log.verify().fault?.entry == 11)
    }

    @Test("takes entries from many tasks at once without losing one")
    func parallel() async throws {
        let log = try open()
        await withTaskGroup { group in
            for task in 0..<16 {
                group.addTask {
                    for index in 0..<100 {
                        log.record(.login, actor: "\(task)", details: ["n": .number(Int64(index))])
                        if index % 25 == 0 { try? await log.flush() }
                    }
                }
            }
        }
        #expect(try await log.verify() == AuditReport(verified: 1600, unverifiable: 0, last: 1600, fault: nil))
        var filter = AuditFilter()
        filter.user = "7"
        let entries = try await log.list(filter, limit: 200).items
        #expect(entries.map(\.details) == (0..<100).map { #"{"n":\#($0)}"# })
    }

    @Test("keeps what the disk does not take, tells who waits, and writes it when the disk is back")
    func failure() async throws {
        let log = try await filled(3)
        try await tamper("ALTER TABLE audit RENAME TO away")
        log.record(.login, actor: "kept")
        await #expect(throws: (any Error).self) { try await log.flush() }
        try await tamper("ALTER TABLE away RENAME TO audit")
        try await log.flush()
        #expect(try await log.verify() == AuditReport(verified: 4, unverifiable: 0, last: 4, fault: nil))
    }
}
