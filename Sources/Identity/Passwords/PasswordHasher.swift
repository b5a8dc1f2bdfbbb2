import NIOPosix
import OpenSSLCrypto
import Synchronization

/// Hashes and verifies passwords on a few threads of its own, with a bounded number of callers waiting.
///
/// Beyond the bound a call throws ``IdentityError`` with the code `overloaded` at once: waiting logins are not memory.
final class PasswordHasher: Sendable {
    private let pool: NIOThreadPool
    private let pending = Mutex(0)
    private let maximumPending: Int
    private let scrypt: Scrypt
    // What a login to an account that does not exist is compared with, so that it takes the same time.
    private let decoy: PasswordHash

    /// Starts the threads and makes one hash; blocks for that long.
    init(scrypt: Scrypt = .standard, threads: Int = 2, queue: Int = 64) throws {
        self.scrypt = scrypt
        maximumPending = threads + queue
        decoy = try PasswordHash(password: try SessionID.random().text, scrypt: scrypt)
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    deinit { pool.shutdownGracefully { _ in } }

    /// Hashes a password at the present cost.
    func hash(_ password: String) async throws -> PasswordHash {
        try await run { [scrypt] in try PasswordHash(password: password, scrypt: scrypt) }
    }

    /// Says whether `password` made `hash`; with nil, costs the same and says no.
    func verify(_ password: String, against hash: PasswordHash?) async throws -> Bool {
        try await run { [decoy] in
            let isRight = try (hash ?? decoy).verify(password)
            return isRight && hash != nil
        }
    }

    /// Says whether a hash made now would cost more.
    func isOutdated(_ hash: PasswordHash) -> Bool { hash.needsRehash(for: scrypt) }

    /// Ends the threads after the hashes in progress; those that wait throw `CancellationError`.
    func shutdown() async throws {
        try await pool.shutdownGracefully()
    }

    /// How many calls are hashing or waiting.
    var pendingCount: Int { pending.withLock { $0 } }

    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let isAdmitted = pending.withLock { pending in
            guard pending < maximumPending else { return false }
            pending += 1
            return true
        }
        guard isAdmitted else {
            throw IdentityError(.overloaded, "more than \(maximumPending) passwords wait to be hashed")
        }
        defer { pending.withLock { $0 -= 1 } }
        return try await pool.runIfActive(work)
    }
}
