import Database
import NIOConcurrencyHelpers

/// An engine whose disk fails or is slow when a test says so. A write that fails is carried out and then not committed.
final class FailingEngine: DatabaseEngine {
    private let engine: any DatabaseEngine
    private let failures = NIOLockedValueBox((reads: false, writes: false))
    private let refused = NIOLockedValueBox(0)
    private let gate = NIOLockedValueBox(Gate?.none)

    init(_ engine: any DatabaseEngine) { self.engine = engine }

    func fail(reads: Bool = false, writes: Bool = false) {
        failures.withLockedValue { $0 = (reads, writes) }
    }

    /// Holds every read that blocks its thread until the gate is opened.
    func holdReads(until gate: Gate) { self.gate.withLockedValue { $0 = gate } }

    private static let failure = DatabaseError(.storageUnavailable, reason: "the test said so")

    /// Reads that failed so far.
    var refusedReads: Int { refused.withLockedValue { $0 } }

    private func checkRead() throws {
        guard failures.withLockedValue({ $0.reads }) else { return }
        refused.withLockedValue { $0 += 1 }
        throw Self.failure
    }

    private func checkWrite() throws { if failures.withLockedValue({ $0.writes }) { throw Self.failure } }

    func readBlocking<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        gate.withLockedValue { $0 }?.wait()
        try checkRead()
        return try engine.readBlocking(body)
    }

    func writeBlocking<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        try engine.writeBlocking { connection in
            let result = try body(connection)
            try checkWrite()
            return result
        }
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try checkRead()
        return try await engine.read(body)
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await engine.write { connection in
            let result = try body(connection)
            try self.checkWrite()
            return result
        }
    }

    func migrate(_ migrations: [Migration]) throws { try engine.migrate(migrations) }

    func copyBlocking(to path: String) throws { try engine.copyBlocking(to: path) }

    func emptyJournalBlocking() throws -> Bool { try engine.emptyJournalBlocking() }

    func close() throws { try engine.close() }
}
