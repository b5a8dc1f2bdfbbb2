import Database

// SQLite's FTS5 keeps its index in parts. A deletion adds to the newest part that a row is gone; its words go when the
// part that has them is joined with that one (https://www.sqlite.org/fts5.html, "The 'merge' Command").
extension SearchTable {
    /// Pages of the index that one step writes: half a megabyte.
    private static let pagesOfStep = 128

    /// Makes all parts of the index into one task, and begins with it.
    static func beginJoining(_ connection: any SQLConnection) throws {
        try connection.execute("INSERT INTO search (search, rank) VALUES ('usermerge', 2)")
        try connection.execute("INSERT INTO search (search, rank) VALUES ('merge', $1)", [.integer(-pagesOfStep)])
    }

    /// Goes on with it; true when all parts that there were at the beginning are one.
    static func joinFurther(_ connection: any SQLConnection) throws -> Bool {
        let before = try totalChanges(connection)
        try connection.execute("INSERT INTO search (search, rank) VALUES ('merge', $1)", [.integer(pagesOfStep)])
        // A step that could have written more had nothing more to join.
        return try totalChanges(connection) - before < pagesOfStep
    }

    private static func totalChanges(_ connection: any SQLConnection) throws -> Int64 {
        try connection.first("SELECT total_changes()") { $0.integer(0) } ?? 0
    }
}
