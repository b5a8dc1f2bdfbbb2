import Database
import NIOConcurrencyHelpers

/// An engine whose disk fails when a test says so: the transaction is carried out and then not committed.
final class FailingEngine: DatabaseEngine {
    private let engine: any DatabaseEngine
    private let failures = NIOLockedValueBox((reads: false, writes: false))

    init(_ engine: any DatabaseEngine) { self.engine = engine }

    func fail(reads: Bool = false, writes: Bool = false) {
        failures.withLockedValue { $0 = (reads, writes) }
    }

    private static let failure = DatabaseError(.storageUnavailable, reason: "the test said so")

    private func checkRead() throws { if failures.withLockedValue({ $0.reads }) { throw Self.failure } }

    private func checkWrite() throws { if failures.withLockedValue({ $0.writes }) { throw Self.failure } }

    func readBlocking<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
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

    func close() throws { try engine.close() }
}
