import Database
import Testing

@testable import Identity

@Suite("Accounts")
struct AccountsTests {
    private let identity: TestIdentity
    private let alice: Username

    init() throws {
        identity = try TestIdentity()
        alice = try #require(Username("alice"))
    }

    @Test("are made once, with the user name as the name to show, and survive a restart")
    func create() async throws {
        let user = try await identity.addUser("alice")
        #expect(
            user == User(username: alice, name: "alice", role: .user, createdAt: identity.clock.now, disabledAt: nil))
        await #expect(throws: IdentityError(.usernameTaken, "")) { try await identity.addUser("alice") }
        try identity.restart()
        #expect(try identity.authority.accounts.user(alice) == user)
        await #expect(throws: IdentityError(.usernameTaken, "")) { try await identity.addUser("alice") }
    }

    @Test("of the same name, made at the same time, become one")
    func createRace() async throws {
        let accounts = identity.authority.accounts
        let made = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (try? await accounts.create("alice", password: TestIdentity.password)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
    }

    @Test(
        "with a bad field are refused by its name",
        arguments: [
            ("Alice", "correct horse", "Alice", "username"), ("", "correct horse", "x", "username"),
            ("alice", "short", "Alice", "password"), ("alice", "correct horse", "", "name"),
            ("alice", "correct horse", "  ", "name"), ("alice", "correct horse", "a\u{7}b", "name"),
            ("alice", "correct horse", String(repeating: "n", count: 65), "name"),
        ])
    func fields(username: String, password: String, name: String, field: String) async {
        await #expect(throws: IdentityError.invalidField(field, "")) {
            try await identity.authority.accounts.create(username, password: password, name: name)
        }
        #expect(identity.authority.directory.count == 0)
    }

    @Test("are listed by name, page by page")
    func list() async throws {
        let accounts = identity.authority.accounts
        for name in ["eve", "bob", "alice", "dave", "carol"] { try await identity.addUser(name) }
        let first = try await accounts.list(limit: 2)
        #expect(first.items.map(\.username.text) == ["alice", "bob"])
        let second = try await accounts.list(after: first.cursor, limit: 2)
        #expect(second.items.map(\.username.text) == ["carol", "dave"])
        let third = try await accounts.list(after: second.cursor, limit: 2)
        #expect(third.items.map(\.username.text) == ["eve"])
        #expect(third.cursor == nil)
        #expect(try await accounts.list(limit: 5).cursor == nil)
    }

    @Test("change their name and role, in the directory at once")
    func change() async throws {
        let accounts = identity.authority.accounts
        try await identity.addUser("alice")
        #expect(try await accounts.setName("Alice Ω", of: alice).name == "Alice Ω")
        #expect(try await accounts.setRole(.admin, of: alice).role == .admin)
        #expect(identity.authority.directory.user(alice)?.name == "Alice Ω")
        #expect(identity.authority.directory.user(alice)?.role == .admin)
        let nobody = try #require(Username("nobody"))
        await #expect(throws: IdentityError(.userNotFound, "")) { try await accounts.setName("x", of: nobody) }
        await #expect(throws: IdentityError(.userNotFound, "")) { try await accounts.setRole(.user, of: nobody) }
        await #expect(throws: IdentityError(.userNotFound, "")) { try await accounts.disable(nobody, by: "test") }
        await #expect(throws: IdentityError(.userNotFound, "")) { try await accounts.enable(nobody) }
        #expect(throws: IdentityError(.userNotFound, "")) { try accounts.user(nobody) }
    }

    @Test("keep the last of many changes at once in the directory")
    func directoryOrder() async throws {
        try await identity.addUser("alice")
        let accounts = identity.authority.accounts
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask { [alice] in _ = try await accounts.setName("name \(number)", of: alice) }
            }
            try await group.waitForAll()
        }
        let stored = try await identity.database.read { [alice] in try UserTable.user(alice, in: $0)?.user }
        #expect(identity.authority.directory.user(alice) == stored)
    }

    @Test("are found by a part of their names, unless they are disabled")
    func directory() async throws {
        for name in ["alice", "bob", "malik"] { try await identity.addUser(name) }
        let bob = try #require(Username("bob"))
        _ = try await identity.authority.accounts.setName("Robert ALIson", of: bob)
        let directory = identity.authority.directory
        #expect(directory.users(containing: "ali", limit: 10).map(\.username.text) == ["alice", "bob", "malik"])
        #expect(directory.users(containing: "ali", after: alice, limit: 1).map(\.username.text) == ["bob"])
        _ = try await identity.authority.accounts.disable(bob, by: "test")
        #expect(directory.users(limit: 10).map(\.username.text) == ["alice", "malik"])
    }

    @Test("that are disabled lose their sessions for good and cannot log in until they are enabled")
    func disable() async throws {
        let (accounts, sessions) = (identity.authority.accounts, identity.authority.sessions)
        try await identity.addUser("alice")
        try await identity.addUser("bob")
        let login = try await identity.login("alice")
        let other = try await identity.login("bob")

        let revoked = try await accounts.disable(alice, by: "admin")
        #expect(revoked.sessions == [Revoked.Session(id: login.session.id, username: alice)])
        #expect(identity.defect(of: login) == .accountDisabled)
        #expect(identity.defect(of: other) == nil)
        await #expect(throws: IdentityError.invalidCredentials()) { try await identity.login("alice") }
        guard case .refused(TokenDefect(.revoked)) = try await identity.refresh(login) else {
            Issue.record("a disabled account was refreshed")
            return
        }
        #expect(try await accounts.disable(alice, by: "admin").count == 0)
        try identity.restart()
        #expect(identity.defect(of: login) == .accountDisabled)

        #expect(try await identity.authority.accounts.enable(alice).isDisabled == false)
        #expect(identity.defect(of: login) == .revoked)
        _ = try await identity.login("alice")
        let ended = try await identity.authority.sessions.session(login.session.id)
        #expect(ended?.revokedBy == "admin")
        #expect(ended?.revokedReason == "account disabled")
        _ = sessions
    }

    @Test("with a new password keep the session that changed it and lose the others")
    func changePassword() async throws {
        let accounts = identity.authority.accounts
        try await identity.addUser("alice")
        let mine = try await identity.login("alice")
        let others = [try await identity.login("alice"), try await identity.login("alice")]
        await #expect(throws: IdentityError.invalidCredentials()) {
            try await accounts.changePassword(
                of: alice, current: "wrong password", new: "battery staple", keeping: mine.session.id)
        }
        await #expect(throws: IdentityError.invalidField("new", "")) {
            try await accounts.changePassword(
                of: alice, current: TestIdentity.password, new: "short", keeping: mine.session.id)
        }
        #expect(identity.defect(of: others[0]) == nil)
        let revoked = try await accounts.changePassword(
            of: alice, current: TestIdentity.password, new: "battery staple", keeping: mine.session.id)
        #expect(Set(revoked.sessions.map(\.id)) == Set(others.map(\.session.id)))
        #expect(identity.defect(of: mine) == nil)
        for other in others { #expect(identity.defect(of: other) == .revoked) }
        await #expect(throws: IdentityError.invalidCredentials()) { try await identity.login("alice") }
        _ = try await identity.authority.sessions.login("alice", password: "battery staple", address: "::1")
        _ = try await identity.renew(mine)
    }

    @Test("with a password set by an administrator lose every session")
    func setPassword() async throws {
        let accounts = identity.authority.accounts
        try await identity.addUser("alice")
        let login = try await identity.login("alice")
        #expect(try await accounts.setPassword("battery staple", of: alice, by: "root").count == 1)
        #expect(identity.defect(of: login) == .revoked)
        #expect(try await identity.authority.sessions.session(login.session.id)?.revokedBy == "root")
        let nobody = try #require(Username("nobody"))
        await #expect(throws: IdentityError(.userNotFound, "")) {
            try await accounts.setPassword("battery staple", of: nobody, by: "root")
        }
    }
}
