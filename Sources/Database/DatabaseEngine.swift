/// A place where Parley's tables live: SQLite in a file now, PostgreSQL by the same contract.
///
/// A read sees one snapshot. A write is one transaction: it is durable (flushed by the disk) when the call returns,
/// and leaves no trace when the closure or the commit throws. Writes run one at a time, in the order of their calls.
package protocol DatabaseEngine: Sendable {
    /// Reads on the calling thread, which may block. Throws `DatabaseError`, and what `body` throws.
    func readBlocking<T>(_ body: (any SQLConnection) throws -> T) throws -> T
    /// Writes on the calling thread, which may block. Throws `DatabaseError`, and what `body` throws.
    func writeBlocking<T>(_ body: (any SQLConnection) throws -> T) throws -> T
    /// Reads without blocking the caller's thread.
    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T
    /// Writes without blocking the caller's thread.
    func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T
    /// Applies those of the migrations that the database has not seen, in order, each in its own transaction.
    /// Blocks. Throws `DatabaseError.unusable` when the database was written by a newer version.
    func migrate(_ migrations: [Migration]) throws
    /// Writes the database as it is at one moment to a new file, while others read and write. Blocks. Throws
    /// `DatabaseError`.
    func copyBlocking(to path: String) throws
    /// Empties what the engine keeps beside its tables, where words that were deleted may still stand: SQLite's
    /// write-ahead log. Blocks, but never waits for readers. False where one of them still needs it: try again later.
    /// Throws `DatabaseError`.
    func emptyJournalBlocking() throws -> Bool
    /// Closes every connection; calls after it fail.
    func close() throws
}
