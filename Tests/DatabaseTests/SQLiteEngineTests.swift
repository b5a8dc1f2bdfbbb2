import Database
import Foundation
import Testing

@Suite("The SQLite engine")
struct SQLiteEngineTests {
    let directory: String

    init() throws {
        directory = NSTemporaryDirectory() + "parley-database-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    private func open(_ configuration: SQLiteEngine.Configuration = .init()) throws -> SQLiteEngine {
        try SQLiteEngine(path: directory + "/test.sqlite3", configuration: configuration)
    }

    private static let notes = Migration(
        "test-1", [.table("notes", "id INTEGER PRIMARY KEY NOT NULL, body TEXT NOT NULL, extra BLOB, weight REAL")])

    @Test("every type of value comes back as it was written")
    func roundTrip() throws {
        let engine = try open()
        try engine.migrate([Self.notes])
        try engine.writeBlocking { connection in
            try connection.execute(
                "INSERT INTO notes (id, body, extra, weight) VALUES ($1, $2, $3, $4)",
                [7, "naïve ☃", .blob([0, 255]), .real(2.5)])
            try connection.execute("INSERT INTO notes (id, body, extra) VALUES ($2, $1, $3)", ["", 8, .blob([])])
        }
        let rows = try engine.readBlocking { connection in
            try connection.all("SELECT id, body, extra, weight FROM notes ORDER BY id") {
                ($0.integer(0), $0.text(1), $0.blob(2), $0.isNull(3) ? nil : Optional($0.real(3)), $0.isNull(2))
            }
        }
        #expect(rows.count == 2)
        #expect(rows[0].0 == 7 && rows[0].1 == "naïve ☃" && rows[0].2 == [0, 255] && rows[0].3 == 2.5)
        #expect(rows[1].0 == 8 && rows[1].1 == "" && rows[1].2 == [] && rows[1].3 == nil && !rows[1].4)
    }

    @Test("a new database is its owner's alone, and so are the files beside it")
    func mode() throws {
        let engine = try open()
        try engine.migrate([Self.notes])
        for file in try FileManager.default.contentsOfDirectory(atPath: directory) {
            let mode = try FileManager.default.attributesOfItem(atPath: directory + "/" + file)[.posixPermissions]
            #expect(mode as? Int == 0o600, "\(file)")
        }
    }

    @Test("parameters are bound by their number, whatever order they appear in, and may repeat")
    func numberedParameters() throws {
        let engine = try open()
        let text = try engine.readBlocking {
            try $0.first("SELECT $3 || $1 || $2 || $3", ["a", "b", "c"]) { $0.text(0) }
        }
        #expect(text == "cabc")
    }

    @Test("a write that throws leaves no trace")
    func rollback() throws {
        struct Refusal: Error {}
        let engine = try open()
        try engine.migrate([Self.notes])
        #expect(throws: Refusal.self) {
            try engine.writeBlocking { connection in
                try connection.execute("INSERT INTO notes (id, body) VALUES (1, 'x')")
                throw Refusal()
            }
        }
        #expect(try engine.readBlocking { try $0.first("SELECT count(*) FROM notes") { $0.integer(0) } } == 0)
    }

    @Test("a broken constraint is told by its code, and the table stays typed")
    func constraint() throws {
        let engine = try open()
        try engine.migrate([Self.notes])
        #expect(throws: DatabaseError(.constraint, reason: "")) {
            try engine.writeBlocking { try $0.execute("INSERT INTO notes (id, body) VALUES (1, NULL)") }
        }
        #expect(throws: DatabaseError(.constraint, reason: "")) {
            try engine.writeBlocking { try $0.execute("INSERT INTO notes (id, body) VALUES ('word', 'x')") }
        }
    }

    @Test("a full database refuses the write as storage_unavailable and takes the next one when there is room")
    func full() throws {
        let engine = try open(.init(maximumBytes: 64 * 4096))
        try engine.migrate([Self.notes])
        #expect(throws: DatabaseError(.storageUnavailable, reason: "")) {
            try engine.writeBlocking {
                try $0.execute(
                    "INSERT INTO notes (id, body, extra) VALUES (1, 'big', $1)",
                    [.blob(Array(repeating: 1, count: 1 << 20))])
            }
        }
        try engine.writeBlocking { try $0.execute("INSERT INTO notes (id, body) VALUES (2, 'small')") }
        #expect(try engine.readBlocking { try $0.all("SELECT id FROM notes") { $0.integer(0) } } == [2])
    }

    @Test("migrations run once, in order, and a database of a newer version is refused")
    func migrations() throws {
        let second = Migration("test-2", [.sql("ALTER TABLE notes ADD COLUMN colour TEXT")])
        do {
            let engine = try open()
            try engine.migrate([Self.notes])
            try engine.migrate([Self.notes, second])
            try engine.migrate([Self.notes, second])
            try engine.writeBlocking { try $0.execute("INSERT INTO notes (id, body, colour) VALUES (1, 'x', 'red')") }
            try engine.close()
        }
        let reopened = try open()
        #expect(throws: DatabaseError(.unusable, reason: "")) { try reopened.migrate([Self.notes]) }
    }

    @Test("the same query may be nested in itself")
    func nested() throws {
        let engine = try open()
        try engine.migrate([Self.notes])
        try engine.writeBlocking { try $0.execute("INSERT INTO notes (id, body) VALUES (1, 'a'), (2, 'b')") }
        var pairs = 0
        try engine.readBlocking { connection in
            try connection.query("SELECT id FROM notes ORDER BY id", []) { _ in
                try connection.query("SELECT id FROM notes ORDER BY id", []) { _ in pairs += 1 }
            }
        }
        #expect(pairs == 4)
    }

    @Test("async writes run in turn and async reads see what was committed")
    func asynchronous() async throws {
        let engine = try open()
        try engine.migrate([Self.notes])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in 0..<50 {
                group.addTask {
                    try await engine.write {
                        try $0.execute("INSERT INTO notes (id, body) VALUES ($1, 'x')", [.integer(id)])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await engine.read { try $0.first("SELECT count(*) FROM notes") { $0.integer(0) } } == 50)
    }

    @Test("a scan ends where its closure says so, and the statement can be used again")
    func scan() throws {
        let engine = try open()
        try engine.readBlocking { connection in
            for _ in 0..<2 {
                var seen: [Int64] = []
                try connection.scan("SELECT value FROM json_each('[1,2,3]')", []) { row in
                    seen.append(row.integer(0))
                    return seen.count < 2
                }
                #expect(seen == [1, 2])
            }
        }
    }

    @Test("a statement is interrupted at its deadline, and the connection goes on")
    func deadline() throws {
        let engine = try open(SQLiteEngine.Configuration(readers: 1))
        let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        #expect(throws: DatabaseError(.interrupted, reason: "")) {
            try engine.readBlocking { connection in
                try connection.withDeadline(.now + .milliseconds(20)) { try connection.execute(endless) }
            }
        }
        let one = try engine.readBlocking { connection in
            try connection.withDeadline(.now + .seconds(60)) { try connection.first("SELECT 1") { $0.integer(0) } }
        }
        #expect(one == 1)
    }

    @Test("a table of prepared text finds its tokens as they are")
    func fullText() throws {
        let engine = try open()
        try engine.migrate([Migration("test-2", [.fullTextTable("found", columns: ["body", "marks"])])])
        try engine.writeBlocking { connection in
            try connection.execute(
                "INSERT INTO found (rowid, body, marks) VALUES (7, $1, $2)", ["caf\u{301} 学习 👍 été", "in.1 from.a_b-c"])
        }
        let cases: [(String, Bool)] = [
            ("body : \"学习\"", true), ("body : \"学\"", false), ("\"👍\"", true), ("\"été\"", true), ("\"ete\"", false),
            ("marks : \"from.a_b-c\"", true), ("marks : \"from\"", false), ("body : \"in.1\"", false),
            ("\"学习 👍\"", true), ("\"👍 学习\"", false),
        ]
        for (query, isThere) in cases {
            let row = try engine.readBlocking { connection in
                try connection.first("SELECT rowid FROM found WHERE found MATCH $1", [.text(query)]) { $0.integer(0) }
            }
            #expect((row == 7) == isThere, "\(query)")
        }
    }
}
