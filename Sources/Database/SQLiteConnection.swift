import GRDB
import GRDBSQLite

/// A GRDB connection behind `SQLConnection`: GRDB prepares and caches the statements, binding and stepping go straight
/// to SQLite, so that no value is boxed on its way.
final class SQLiteConnection: SQLConnection {
    private let database: GRDB.Database

    init(_ database: GRDB.Database) { self.database = database }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws {
        try run(sql, arguments) { _ in }
    }

    func query(_ sql: String, _ arguments: [SQLValue], _ row: (any SQLRow) throws -> Void) throws {
        try run(sql, arguments) { try row(SQLiteRow(statement: $0)) }
    }

    var changes: Int { Int(sqlite3_changes(database.sqliteConnection)) }

    func withDeadline<T>(_ deadline: ContinuousClock.Instant, _ body: () throws -> T) throws -> T {
        let watch = DeadlineWatch(deadline)
        let handle = database.sqliteConnection
        return try withExtendedLifetime(watch) {
            let context = Unmanaged.passUnretained(watch).toOpaque()
            sqlite3_progress_handler(
                handle, DeadlineWatch.instructions,
                { context in
                    guard let context else { return 0 }
                    return Unmanaged<DeadlineWatch>.fromOpaque(context).takeUnretainedValue().isOver ? 1 : 0
                }, context)
            defer { sqlite3_progress_handler(handle, 0, nil, nil) }
            return try body()
        }
    }

    private func run(_ sql: String, _ arguments: [SQLValue], _ row: (OpaquePointer) throws -> Void) throws {
        let cached = try database.cachedStatement(sql: sql)
        // A statement that is still being stepped (the same query, nested) cannot be shared.
        let statement =
            sqlite3_stmt_busy(cached.sqliteStatement) == 0 ? cached : try database.makeStatement(sql: sql)
        let pointer = statement.sqliteStatement
        try withExtendedLifetime(statement) {
            defer {
                sqlite3_reset(pointer)
                sqlite3_clear_bindings(pointer)
            }
            for (offset, value) in arguments.enumerated() { try bind(value, number: offset + 1, to: pointer) }
            while true {
                switch sqlite3_step(pointer) {
                case SQLITE_ROW: try row(pointer)
                case SQLITE_DONE: return
                default: throw failure()
                }
            }
        }
    }

    /// The position of `$n`, 0 when there is none. SQLite numbers parameters by first appearance, not by n; mostly that
    /// is the same, and then no string has to be made and looked up.
    private func position(of number: Int, in statement: OpaquePointer) -> CInt {
        let position = CInt(number)
        if let name = sqlite3_bind_parameter_name(statement, position), name[0] == CChar(bitPattern: UInt8(ascii: "$"))
        {
            let tens = number / 10
            let ones = CChar(truncatingIfNeeded: 48 + number % 10)
            if tens == 0, name[1] == ones, name[2] == 0 { return position }
            if (1...9).contains(tens), name[1] == CChar(48 + tens), name[2] == ones, name[3] == 0 { return position }
        }
        return sqlite3_bind_parameter_index(statement, "$\(number)")
    }

    private func bind(_ value: SQLValue, number: Int, to statement: OpaquePointer) throws {
        let position = position(of: number, in: statement)
        guard position > 0 else { throw DatabaseError(.other, reason: "the statement has no parameter $\(number)") }
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let result =
            switch value {
            case .null: sqlite3_bind_null(statement, position)
            case .integer(let integer): sqlite3_bind_int64(statement, position, integer)
            case .real(let real): sqlite3_bind_double(statement, position, real)
            case .text(var text):
                text.withUTF8 { utf8 in
                    utf8.withMemoryRebound(to: CChar.self) {
                        // An empty buffer may have no address, and a null address would bind NULL.
                        sqlite3_bind_text(statement, position, $0.baseAddress ?? emptyText, CInt($0.count), transient)
                    }
                }
            case .blob(let bytes):
                bytes.isEmpty
                    ? sqlite3_bind_zeroblob(statement, position, 0)
                    : sqlite3_bind_blob(statement, position, bytes, CInt(bytes.count), transient)
            }
        guard result == SQLITE_OK else { throw failure() }
    }

    private func failure() -> DatabaseError {
        let handle = database.sqliteConnection
        return DatabaseError(
            GRDB.DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(handle)),
                message: String(cString: sqlite3_errmsg(handle))))
    }
}

/// One NUL byte that outlives every statement.
private nonisolated(unsafe) let emptyText: UnsafePointer<CChar> = {
    let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    byte.initialize(to: 0)
    return UnsafePointer(byte)
}()
