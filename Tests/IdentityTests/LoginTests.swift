import Database
import OpenSSLCrypto
import Testing

@testable import Identity

@Suite("Login and logout")
struct LoginTests {
    private let identity: TestIdentity
    private let alice: Username

    init() throws {
        identity = try TestIdentity()
        alice = try #require(Username("alice"))
    }

    @Test("gives a session with two good tokens of the protocol's lives")
    func login() async throws {
        let user = try await identity.addUser("alice", role: .admin)
        let login = try await identity.login("alice", device: "laptop")
        let now = identity.clock.now
        #expect(login.user == user)
        #expect(login.session.username == alice)
        #expect(login.session.device == "laptop")
        #expect(login.session.address == "192.0.2.1")
        #expect(login.session.createdAt == now)
        #expect(login.session.lastSeenAt == now)
        #expect(login.session.generation == 1)
        #expect(login.session.key == identity.authority.keyRing.snapshot.current.id)
        #expect((570...600).contains(login.access.maximumAge))
        #expect(login.refresh.maximumAge == 14 * 86_400)
        let caller = try identity.authority.authenticate(login.access.value)
        #expect(caller.user == user)
        #expect(caller.token.session == login.session.id)
        let stored = try await identity.authority.sessions.session(login.session.id)
        #expect(stored == login.session)
        #expect(try identity.authority.sessions.sessionBlocking(login.session.id) == login.session)
    }

    @Test("opens another session each time")
    func several() async throws {
        try await identity.addUser("alice")
        let first = try await identity.login("alice")
        let second = try await identity.login("alice")
        #expect(first.session.id != second.session.id)
        #expect(identity.defect(of: first) == nil)
    }

    @Test(
        "fails in the same words for an unknown user, a wrong password and a name that is none",
        arguments: [
            ("alice", "wrong horse"), ("alice", ""), ("alice", String(repeating: "x", count: 100_000)),
            ("nobody", "correct horse"), ("Alice", "correct horse"), ("", "correct horse"),
            ("al\u{0}ice", "correct horse"),
            ("alice", "Correct horse"), ("alice", "correct horse "),
        ])
    func refused(_ username: String, _ password: String) async throws {
        try await identity.addUser("alice")
        let error = await #expect(throws: IdentityError.self) {
            try await identity.authority.sessions.login(username, password: password, address: "192.0.2.1")
        }
        #expect(error?.code == .invalidCredentials)
        #expect(error?.reason == IdentityError.invalidCredentials().reason)
        #expect(try await identity.authority.sessions.list().items.isEmpty)
    }

    @Test("asks the password threads as often for an unknown user as for a known one")
    func cost() async throws {
        // Both threads and the queue are full: who would skip the hash would be answered otherwise.
        let full = try TestIdentity {
            $0.passwordThreads = 1; $0.passwordQueue = 0
        }
        try await full.addUser("alice")
        try await full.withHashersBusy {
            for name in ["alice", "nobody", "No Name"] {
                await #expect(throws: IdentityError(.overloaded, "")) { try await full.login(name) }
            }
        }
        _ = try await full.login("alice")
    }

    @Test("refuses a device name that cannot be shown", arguments: ["a\nb", String(repeating: "d", count: 129), " "])
    func device(_ device: String) async throws {
        try await identity.addUser("alice")
        await #expect(throws: IdentityError.invalidField("device", "")) {
            try await identity.login("alice", device: device)
        }
    }

    @Test("hashes the password again when the cost rose, without disturbing anyone")
    func rehash() async throws {
        try await identity.addUser("alice")
        let before = try await identity.login("alice")
        try identity.restart { $0.scrypt = Scrypt(logarithmicCost: 6, blockSize: 8, parallelism: 1) ?? .standard }
        let sessions = identity.authority.sessions
        async let first = sessions.login("alice", password: TestIdentity.password, address: "")
        async let second = sessions.login("alice", password: TestIdentity.password, address: "")
        _ = try await (first, second)
        let stored = try await identity.database.read { [alice] in
            try UserTable.credentials(alice, in: $0)?.passwordHash
        }
        #expect(stored?.hasPrefix("$scrypt$ln=6,") == true)
        _ = try await identity.login("alice")
        #expect(identity.defect(of: before) == nil)
    }

    @Test("a logout ends the session of either token, and of both, once")
    func logout() async throws {
        let sessions = identity.authority.sessions
        try await identity.addUser("alice")
        let first = try await identity.login("alice")
        let second = try await identity.login("alice")
        let third = try await identity.login("alice")
        #expect(
            try await sessions.logout(access: first.access.value, refresh: nil).sessions.map(\.id) == [first.session.id]
        )
        #expect(identity.defect(of: first) == .revoked)
        #expect(try await sessions.session(first.session.id)?.revokedReason == "logout")
        #expect(try await sessions.session(first.session.id)?.revokedBy == "alice")
        #expect(try await sessions.logout(access: nil, refresh: second.refresh.value).count == 1)
        #expect(identity.defect(of: second) == .revoked)
        #expect(identity.defect(of: third) == nil)
        let fourth = try await identity.login("alice")
        #expect(try await sessions.logout(access: third.access.value, refresh: fourth.refresh.value).count == 2)
        #expect(try await sessions.logout(access: third.access.value, refresh: third.refresh.value).count == 0)
    }

    @Test("a logout with nothing, garbage or expired tokens ends nothing and is no error")
    func emptyLogout() async throws {
        let sessions = identity.authority.sessions
        try await identity.addUser("alice")
        let login = try await identity.login("alice")
        #expect(try await sessions.logout(access: nil, refresh: nil) == .none)
        #expect(try await sessions.logout(access: "garbage", refresh: "a.b.c") == .none)
        #expect(try await sessions.logout(access: login.refresh.value, refresh: login.access.value) == .none)
        identity.clock.advance(by: .seconds(601))
        #expect(try await sessions.logout(access: login.access.value, refresh: nil) == .none)
        #expect(try await sessions.session(login.session.id)?.revokedAt == nil)
    }

    @Test("sessions are listed newest first, page by page, of one user or of all")
    func list() async throws {
        let sessions = identity.authority.sessions
        try await identity.addUser("alice")
        try await identity.addUser("bob")
        var mine: [SessionID] = []
        for _ in 0..<5 {
            mine.insert(try await identity.login("alice").session.id, at: 0)
            identity.clock.advance(by: .seconds(1))
        }
        _ = try await identity.login("bob")
        let first = try await sessions.list(of: alice, limit: 3)
        #expect(first.items.map(\.id) == Array(mine[..<3]))
        let second = try await sessions.list(of: alice, after: first.cursor, limit: 3)
        #expect(second.items.map(\.id) == Array(mine[3...]))
        #expect(second.cursor == nil)
        #expect(try await sessions.list().items.count == 6)
        _ = try await sessions.revoke(.session(mine[0]), reason: "test", by: "test")
        #expect(try await sessions.list(of: alice).items.count == 4)
        for cursor in ["", "x", "1", "1.x", "x.AAAAAAAAAAAAAAAAAAAAAA"] {
            await #expect(throws: IdentityError.invalidField("cursor", "")) { try await sessions.list(after: cursor) }
        }
    }

    @Test("sessions of one instant are all listed, though pages cut between them")
    func sameInstant() async throws {
        try await identity.addUser("alice")
        var ids: Set<SessionID> = []
        for _ in 0..<7 { ids.insert(try await identity.login("alice").session.id) }
        var listed: [SessionID] = []
        var cursor: String?
        repeat {
            let page = try await identity.authority.sessions.list(of: alice, after: cursor, limit: 2)
            listed += page.items.map(\.id)
            cursor = page.cursor
        } while cursor != nil && listed.count < 100
        #expect(listed.count == 7)
        #expect(Set(listed) == ids)
    }
}
