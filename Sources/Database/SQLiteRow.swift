import GRDBSQLite

/// The row that a SQLite statement stands on.
struct SQLiteRow: SQLRow {
    let statement: OpaquePointer

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, CInt(column)) == SQLITE_NULL }

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(statement, CInt(column)) }

    func real(_ column: Int) -> Double { sqlite3_column_double(statement, CInt(column)) }

    func text(_ column: Int) -> String { withBytes(column) { String(decoding: $0, as: UTF8.self) } }

    func blob(_ column: Int) -> [UInt8] { withBytes(column) { Array($0) } }

    func withBytes<R>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        // Pointer before length: SQLite may convert the value in the first call.
        let pointer = sqlite3_column_blob(statement, CInt(column))
        let count = Int(sqlite3_column_bytes(statement, CInt(column)))
        return try body(UnsafeRawBufferPointer(start: pointer, count: pointer == nil ? 0 : count))
    }
}
