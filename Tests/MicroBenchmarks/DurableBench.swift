import Chat
import Database
import Foundation
import GRDBSQLite
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Durable sends through the room log, and the same rows in batches of the same size through SQLite alone: how much of
/// what the disk and SQLite can do is left of it.
struct DurableBench {
    private static let senders = 100
    private static let seconds = 3.0
    private static let text = String(repeating: "x", count: 128)
    private static let clock = ContinuousClock()

    /// Prints both rates and their ratio, the median of so many rounds, taken in turn.
    static func run(rounds: Int = 5) async throws {
        var ratios: [Double] = []
        for _ in 0..<rounds {
            for underWay in [1, 10] {
                let (sends, commits) = try await roomLog(underWay: underWay)
                let batch = max(1, Int((Double(sends) / Double(commits)).rounded()))
                let alone = try sqlite(batch: batch)
                let rate = Double(sends) / seconds
                print(
                    "\(senders) senders, \(underWay) under way on each: \(Int(rate))/s in batches of \(batch);",
                    "SQLite alone \(Int(alone))/s; ratio \(Int(rate / alone * 100)) %")
                ratios.append(rate / alone)
            }
        }
        ratios.sort()
        print("median ratio \(Int(ratios[ratios.count / 2] * 100)) %")
    }

    /// Everybody knows everybody.
    private struct Everybody: UserDirectory {
        func contains(_ user: UserID) -> Bool { true }
        func displayName(of user: UserID) -> String { user.description }
    }

    private static func roomLog(underWay: Int) async throws -> (sends: Int, commits: Int) {
        try await withDirectory { directory in
            let engine = CommitCounter(try SQLiteEngine(path: directory + "/log.sqlite3"))
            try engine.migrate(ChatMigrations.all)
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let chat = ChatService(
                engine: engine, eventLoops: Array(group.makeIterator()), users: Everybody(),
                configuration: ChatService.Configuration(), now: { 1_790_000_000_000 },
                logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
            for sender in 0..<senders {
                _ = try await chat.log.submit(
                    .create(room: room(sender), kind: .public, title: nil, topic: nil, by: user(sender)))
            }
            let before = engine.commits.load(ordering: .relaxed)
            let end = clock.now + .seconds(seconds)
            let sends = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<senders * underWay {
                    group.addTask { [log = chat.log] in
                        var count = 0
                        while clock.now < end {
                            _ = try await log.submit(
                                .send(
                                    room: room(index % senders), from: user(index % senders), text: text,
                                    nonce: "\(index)-\(count)", replyTo: nil, violation: nil))
                            count += 1
                        }
                        return count
                    }
                }
                return try await group.reduce(0, +)
            }
            let commits = engine.commits.load(ordering: .relaxed) - before
            chat.stop()
            try engine.close()
            try await group.shutdownGracefully()
            return (sends, commits)
        }
    }

    private static func room(_ index: Int) -> RoomID { RoomID(stored: "room-\(index)") }

    private static func user(_ index: Int) -> UserID { UserID(stored: "user-\(index)") }

    /// Rows a second with the room log's own tables, statement and settings.
    private static func sqlite(batch: Int) throws -> Double {
        try withDirectory { directory in
            let path = directory + "/alone.sqlite3"
            let engine = try SQLiteEngine(path: path)
            try engine.migrate(ChatMigrations.all)
            try engine.close()
            let database = try BareSQLite(path: path)
            defer { database.close() }
            let end = clock.now + .seconds(seconds)
            var rows = 0
            while clock.now < end {
                try database.execute("BEGIN IMMEDIATE")
                for _ in 0..<batch {
                    let sender = rows % senders
                    try database.insert(
                        room: "room-\(sender)", seq: Int64(rows / senders + 2), author: "user-\(sender)", text: text,
                        nonce: "\(sender)-\(rows)")
                    rows += 1
                }
                try database.execute("COMMIT")
            }
            return Double(rows) / seconds
        }
    }

    private static func withDirectory<T>(_ body: (String) async throws -> T) async throws -> T {
        let directory = try makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        return try await body(directory)
    }

    private static func withDirectory<T>(_ body: (String) throws -> T) throws -> T {
        let directory = try makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        return try body(directory)
    }

    private static func makeDirectory() throws -> String {
        let directory = FileManager.default.temporaryDirectory.path + "/parley-durable-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        return directory
    }
}

/// Counts the transactions of an engine that write.
private final class CommitCounter: DatabaseEngine {
    let commits = Atomic(0)
    private let engine: SQLiteEngine

    init(_ engine: SQLiteEngine) { self.engine = engine }

    func readBlocking<T>(_ body: (any SQLConnection) throws -> T) throws -> T { try engine.readBlocking(body) }

    func writeBlocking<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        commits.wrappingAdd(1, ordering: .relaxed)
        return try engine.writeBlocking(body)
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await engine.read(body)
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await engine.write(body)
    }

    func migrate(_ migrations: [Migration]) throws { try engine.migrate(migrations) }
    func copyBlocking(to path: String) throws { try engine.copyBlocking(to: path) }
    func emptyJournalBlocking() throws -> Bool { try engine.emptyJournalBlocking() }
    func close() throws { try engine.close() }
}

/// SQLite's own interface, with the statement prepared once and the values bound without a copy.
private final class BareSQLite {
    private struct Failure: Error { let text: String }

    private var handle: OpaquePointer?
    private var statement: OpaquePointer?

    init(path: String) throws {
        guard sqlite3_open(path, &handle) == SQLITE_OK else { throw failure }
        for pragma in ["journal_mode = WAL", "synchronous = FULL", "cache_size = -16000", "wal_autocheckpoint = 2000"] {
            try execute("PRAGMA \(pragma)")
        }
        let sql = """
            INSERT INTO events (room, seq, at, kind, author, target, text, nonce) VALUES (?, ?, ?, 0, ?, NULL, ?, ?) \
            ON CONFLICT (author, nonce) WHERE nonce IS NOT NULL DO NOTHING
            """
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw failure }
    }

    func execute(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure }
    }

    func insert(room: String, seq: Int64, author: String, text: String, nonce: String) throws {
        let done = room.withCString { room in
            author.withCString { author in
                text.withCString { text in
                    nonce.withCString { nonce in
                        sqlite3_bind_text(statement, 1, room, -1, nil)
                        sqlite3_bind_int64(statement, 2, seq)
                        sqlite3_bind_int64(statement, 3, 1_790_000_000_000)
                        sqlite3_bind_text(statement, 4, author, -1, nil)
                        sqlite3_bind_text(statement, 5, text, -1, nil)
                        sqlite3_bind_text(statement, 6, nonce, -1, nil)
                        let result = sqlite3_step(statement)
                        sqlite3_reset(statement)
                        return result
                    }
                }
            }
        }
        guard done == SQLITE_DONE else { throw failure }
    }

    func close() {
        sqlite3_finalize(statement)
        sqlite3_close(handle)
    }

    private var failure: Failure { Failure(text: String(cString: sqlite3_errmsg(handle))) }
}
