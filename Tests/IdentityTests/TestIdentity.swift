import Database
import OpenSSLCrypto
import TestTools
import Testing

@testable import Identity

/// A server's accounts over a real SQLite file, with a clock of its own and cheap password hashes.
final class TestIdentity {
    static let password = "correct horse"

    let directory: TemporaryDirectory
    let clock: ManualClock
    let configuration: IdentityConfiguration
    private(set) var database: SQLiteEngine
    private(set) var authority: Authority

    init(_ configure: (inout IdentityConfiguration) -> Void = { _ in }) throws {
        directory = try TemporaryDirectory()
        clock = ManualClock()
        var configuration = IdentityConfiguration()
        configuration.scrypt = try #require(Scrypt(logarithmicCost: 4, blockSize: 8, parallelism: 1))
        configure(&configuration)
        self.configuration = configuration
        (database, authority) = try Self.open(directory, configuration, clock)
    }

    /// Starts again over the same files, as after a crash.
    func restart(_ configure: (inout IdentityConfiguration) -> Void = { _ in }) throws {
        try database.close()
        var configuration = configuration
        configure(&configuration)
        (database, authority) = try Self.open(directory, configuration, clock)
    }

    private static func open(
        _ directory: TemporaryDirectory, _ configuration: IdentityConfiguration, _ clock: ManualClock
    ) throws -> (SQLiteEngine, Authority) {
        let database = try SQLiteEngine(path: directory.file("parley.sqlite3"))
        try database.migrate(IdentityMigrations.all)
        let ring = try KeyRing(path: directory.file("keys.json"), clock: clock.wallClock)
        let authority = try Authority(
            database: database, keyRing: ring, configuration: configuration, clock: clock.wallClock)
        return (database, authority)
    }

    @discardableResult
    func addUser(_ name: String, role: Role = .user) async throws -> User {
        try await authority.accounts.create(name, password: Self.password, role: role)
    }

    func login(_ name: String, device: String? = nil) async throws -> Login {
        try await authority.sessions.login(name, password: Self.password, device: device, address: "192.0.2.1")
    }

    func refresh(_ login: Login) async throws -> RefreshOutcome {
        try await authority.sessions.refresh(login.refresh.value, address: "192.0.2.2")
    }

    /// The new tokens, or a failure of the test.
    func renew(_ login: Login, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Login {
        let outcome = try await refresh(login)
        guard case .renewed(let renewed) = outcome else {
            Issue.record("not renewed: \(outcome)", sourceLocation: sourceLocation)
            throw IdentityError(.invalidToken, "not renewed")
        }
        return renewed
    }

    /// Runs `body` while every thread that hashes passwords is taken.
    func withHashersBusy(_ body: () async throws -> Void) async throws {
        let hasher = authority.context.hasher
        let isReleased = Flag()
        let threads = configuration.passwordThreads
        let holders = (0..<threads).map { _ in
            Task { try await hasher.run { isReleased.wait() } }
        }
        while hasher.pendingCount < threads { await Task.yield() }
        try await body()
        isReleased.set()
        for holder in holders { try await holder.value }
    }

    /// The defect of an access token, nil when it is good.
    func defect(of login: Login) -> TokenDefect.Kind? {
        do throws(TokenDefect) {
            _ = try authority.authenticate(login.access.value)
            return nil
        } catch {
            return error.kind
        }
    }
}
