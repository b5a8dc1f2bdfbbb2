import GRDB
import GRDBSQLite
import Glibc

/// The embedded engine: one SQLite file in WAL mode, one writer, a bounded pool of readers.
///
/// `synchronous=FULL` makes every commit wait for the disk's own flush.
package final class SQLiteEngine: DatabaseEngine {
    /// What can be set of the engine.
    package struct Configuration: Sendable {
        /// How many reads may run at the same time.
        package var readers: Int
        /// The size in bytes that the database file may grow to; nil for no limit but the disk's.
        package var maximumBytes: Int?
        /// Pages (4 KiB) of the write-ahead log after which it is copied into the database file.
        package var checkpointPages: Int

        package init(readers: Int = 4, maximumBytes: Int? = nil, checkpointPages: Int = 2000) {
            self.readers = readers
            self.maximumBytes = maximumBytes
            self.checkpointPages = checkpointPages
        }
    }

    /// How long a statement waits for another connection.
    private static let busySeconds: Double = 5

    private let pool: DatabasePool
    private let path: String

    /// Opens the file, or makes it, readable by its owner only. Throws `DatabaseError`.
    package init(path: String, configuration: Configuration = Configuration()) throws {
        self.path = path
        var grdb = GRDB.Configuration()
        grdb.foreignKeysEnabled = true
        grdb.maximumReaderCount = configuration.readers
        grdb.journalMode = .wal
        grdb.busyMode = .timeout(Self.busySeconds)
        grdb.observesSuspensionNotifications = false
        grdb.persistentReadOnlyConnections = true
        grdb.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // What is deleted is overwritten, not only given up.
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try database.execute(sql: "PRAGMA cache_size = -16000")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            if let bytes = configuration.maximumBytes {
                let pageBytes = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
                try database.execute(sql: "PRAGMA max_page_count = \(max(1, bytes / pageBytes))")
            }
            try database.execute(sql: "PRAGMA wal_autocheckpoint = \(configuration.checkpointPages)")
        }
        // SQLite gives the files beside it the same mode. A file that is there is not touched: closing it would end the
        // locks of whoever in this process has it open.
        let made = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if made >= 0 { Glibc.close(made) }
        pool = try Self.mapped { try DatabasePool(path: path, configuration: grdb) }
    }

    package func readBlocking<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        try Self.mapped { try pool.read { try body(SQLiteConnection($0)) } }
    }

    package func writeBlocking<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        try Self.mapped { try pool.write { try body(SQLiteConnection($0)) } }
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        do {
            return try await pool.read { try body(SQLiteConnection($0)) }
        } catch let error as GRDB.DatabaseError {
            throw DatabaseError(error)
        }
    }

    package func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        do {
            return try await pool.write { try body(SQLiteConnection($0)) }
        } catch let error as GRDB.DatabaseError {
            throw DatabaseError(error)
        }
    }

    package func migrate(_ migrations: [Migration]) throws {
        try writeBlocking { connection in
            try connection.execute(
                "CREATE TABLE IF NOT EXISTS migrations (id TEXT PRIMARY KEY NOT NULL, applied_at INTEGER NOT NULL) STRICT"
            )
        }
        let applied = try Set(readBlocking { try $0.all("SELECT id FROM migrations") { $0.text(0) } })
        let strangers = applied.subtracting(migrations.map(\.id)).sorted()
        guard strangers.isEmpty else {
            throw DatabaseError(
                .unusable,
                reason: "the database has the migrations \(strangers.joined(separator: ", ")), which this version does "
                    + "not know: it was written by a newer Parley; run that version, or restore an older backup")
        }
        for migration in migrations where !applied.contains(migration.id) {
            try writeBlocking { connection in
                for statement in migration.statements { try connection.execute(Self.sql(statement)) }
                try connection.execute(
                    "INSERT INTO migrations (id, applied_at) VALUES ($1, CAST(strftime('%s', 'now') AS INTEGER) * 1000)",
                    [.text(migration.id)])
            }
        }
    }

    package func copyBlocking(to copy: String) throws {
        try Self.mapped {
            // A connection of its own: it must stand outside a transaction, and it keeps none of the pool's from others.
            var grdb = GRDB.Configuration()
            grdb.readonly = true
            grdb.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: grdb)
            try queue.inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
            try queue.close()
        }
    }

    package func emptyJournalBlocking() throws -> Bool {
        do {
            try pool.writeWithoutTransaction { database in
                // The greater part of it holds up nobody.
                try database.checkpoint(.passive)
                sqlite3_busy_timeout(database.sqliteConnection, 0)
                defer { sqlite3_busy_timeout(database.sqliteConnection, CInt(Self.busySeconds * 1000)) }
                try database.checkpoint(.truncate)
            }
            return true
        } catch let error as GRDB.DatabaseError {
            guard error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED else {
                throw DatabaseError(error)
            }
            return false
        }
    }

    package func close() throws {
        try Self.mapped { try pool.close() }
    }

    private static func sql(_ statement: Migration.Statement) -> String {
        switch statement {
        case .table(let name, let definition): "CREATE TABLE \(name) (\(definition)) STRICT"
        case .clusteredTable(let name, let definition): "CREATE TABLE \(name) (\(definition)) STRICT, WITHOUT ROWID"
        // Without the sizes of columns, which only ranking by relevance asks for.
        case .fullTextTable(let name, let columns):
            """
            CREATE VIRTUAL TABLE \(name) USING fts5(\(columns.joined(separator: ", ")), \
            tokenize = "ascii tokenchars '._-'", columnsize = 0)
            """
        case .sql(let sql): sql
        }
    }

    /// Runs `body` and turns GRDB's errors, those of commit and begin included, into `DatabaseError`.
    private static func mapped<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as GRDB.DatabaseError {
            throw DatabaseError(error)
        }
    }
}
