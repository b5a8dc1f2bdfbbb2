/// A connection inside `read {}` or `write {}`; it must not leave the closure that is given it.
///
/// Statements are cached by their text. Parameters are written `$1`, `$2` … and may repeat.
package protocol SQLConnection: AnyObject {
    /// Runs one statement to its end and drops its rows. Throws `DatabaseError`.
    func execute(_ sql: String, _ arguments: [SQLValue]) throws
    /// Runs one statement and calls `row` for each row of the result. Throws `DatabaseError`, and what `row` throws.
    func query(_ sql: String, _ arguments: [SQLValue], _ row: (any SQLRow) throws -> Void) throws
    /// Runs `body`; a statement of it that still runs at the deadline fails with `DatabaseError.Code.interrupted`.
    func withDeadline<T>(_ deadline: ContinuousClock.Instant, _ body: () throws -> T) throws -> T
    /// Rows that the last `execute` inserted, changed or deleted.
    var changes: Int { get }
}

extension SQLConnection {
    /// Runs one statement without parameters.
    package func execute(_ sql: String) throws { try execute(sql, []) }

    /// The first row of the result as `transform` makes it, nil where there is none.
    package func first<T>(
        _ sql: String, _ arguments: [SQLValue] = [], _ transform: (any SQLRow) throws -> T
    ) throws -> T? {
        var result: T?
        try query(sql, arguments) { row in
            if result == nil { result = try transform(row) }
        }
        return result
    }

    /// Runs one statement and calls `row` for each row of the result until it returns false.
    package func scan(_ sql: String, _ arguments: [SQLValue], _ row: (any SQLRow) throws -> Bool) throws {
        do {
            try query(sql, arguments) { if try !row($0) { throw EndOfScan() } }
        } catch is EndOfScan {}
    }

    /// All rows of the result as `transform` makes them.
    package func all<T>(
        _ sql: String, _ arguments: [SQLValue] = [], _ transform: (any SQLRow) throws -> T
    ) throws -> [T] {
        var result: [T] = []
        try query(sql, arguments) { row in result.append(try transform(row)) }
        return result
    }
}

/// Ends a query from within: nobody wants further rows.
private struct EndOfScan: Error {}
