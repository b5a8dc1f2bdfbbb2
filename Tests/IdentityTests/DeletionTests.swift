import Testing

@testable import Identity

@Suite("A deleted account")
struct DeletionTests {
    private let identity: TestIdentity
    private let alice: Username
    private var accounts: Accounts { identity.authority.accounts }

    init() async throws {
        identity = try TestIdentity()
        alice = try #require(Username("alice"))
        try await identity.addUser("alice")
        try await identity.addUser("bob")
    }

    @Test("has no session, cannot log in, and is in no list")
    func gone() async throws {
        let login = try await identity.login("alice", device: "laptop")
        let revoked = try await accounts.delete(alice, by: "root")
        #expect(revoked.sessions.map(\.id) == [login.session.id])
        #expect(identity.defect(of: login) == .revoked)
        guard case .refused(let defect) = try await identity.refresh(login) else {
            Issue.record("refreshed")
            return
        }
        #expect(defect.kind == .revoked)
        await #expect(throws: IdentityError.invalidCredentials()) { try await identity.login("alice") }
        #expect(try await accounts.list().items.map(\.username.text) == ["bob"])
        #expect(identity.authority.directory.users(limit: 10).map(\.username.text) == ["bob"])
        #expect(identity.authority.directory.user(alice) == nil)
        #expect(identity.authority.directory.count == 1)
        let session = try await identity.authority.sessions.session(login.session.id)
        #expect(session?.device == "" && session?.address == "")
    }

    @Test("keeps a tombstone whose name nobody can take, over a restart")
    func tombstone() async throws {
        _ = try await accounts.delete(alice, by: "root")
        for _ in 0..<2 {
            let left = try #require(identity.authority.directory.anyone(alice))
            #expect(left.isDeleted && left.isDisabled && left.name == "Deleted user" && left.role == .user)
            await #expect(throws: IdentityError(.usernameTaken, "")) { try await identity.addUser("alice") }
            try identity.restart()
        }
    }

    @Test("is out of reach of every change")
    func unchangeable() async throws {
        let accounts = accounts
        _ = try await accounts.delete(alice, by: "root")
        let missing = IdentityError(.userNotFound, "")
        await #expect(throws: missing) { try await accounts.enable(alice) }
        await #expect(throws: missing) { try await accounts.disable(alice, by: "root") }
        await #expect(throws: missing) { try await accounts.setRole(.admin, of: alice) }
        await #expect(throws: missing) { try await accounts.setName("Alice", of: alice) }
        await #expect(throws: missing) { try await accounts.setPassword("correct horse", of: alice, by: "root") }
        await #expect(throws: missing) { try await accounts.delete(alice, by: "root") }
        #expect(throws: missing) { try accounts.user(alice) }
    }
}
