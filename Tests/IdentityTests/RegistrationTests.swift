import Database
import Testing

@testable import Identity

@Suite("Registration and invites")
struct RegistrationTests {
    private func identity(_ policy: RegistrationPolicy) throws -> TestIdentity {
        try TestIdentity { $0.registration = policy }
    }

    private func register(
        _ name: String, invite: String? = nil, in identity: TestIdentity
    ) async throws -> Login {
        try await identity.authority.registration.register(
            name, password: TestIdentity.password, name: "The \(name)", invite: invite, device: "phone", address: "::1")
    }

    @Test("when open makes an account and logs it in")
    func open() async throws {
        let identity = try identity(.open)
        let login = try await register("alice", in: identity)
        #expect(login.user.name == "The alice")
        #expect(login.user.role == .user)
        #expect(login.session.device == "phone")
        #expect(identity.defect(of: login) == nil)
        _ = try await identity.login("alice")
        await #expect(throws: IdentityError(.usernameTaken, "")) { try await register("alice", in: identity) }
        await #expect(throws: IdentityError(.invalidInvite, "")) {
            try await register("bob", invite: "made up", in: identity)
        }
    }

    @Test("when closed refuses everyone, with an invite too")
    func closed() async throws {
        let identity = try identity(.closed)
        try await identity.addUser("root")
        let invite = try await identity.authority.invites.create(by: "root")
        for secret in [nil, "made up", invite.secret] {
            await #expect(throws: IdentityError(.registrationClosed, "")) {
                try await register("alice", invite: secret, in: identity)
            }
        }
    }

    @Test("by invite takes as many as it has uses, in its role")
    func invite() async throws {
        let identity = try identity(.invite)
        try await identity.addUser("root")
        await #expect(throws: IdentityError(.inviteRequired, "")) { try await register("alice", in: identity) }
        await #expect(throws: IdentityError(.invalidInvite, "")) {
            try await register("alice", invite: "made up", in: identity)
        }
        let issued = try await identity.authority.invites.create(role: .admin, uses: 2, by: "root")
        #expect(try await register("alice", invite: issued.secret, in: identity).user.role == .admin)
        // A registration that fails uses nothing.
        await #expect(throws: IdentityError(.usernameTaken, "")) {
            try await register("alice", invite: issued.secret, in: identity)
        }
        #expect(try await identity.authority.invites.list().items.map(\.usesLeft) == [1])
        _ = try await register("bob", invite: issued.secret, in: identity)
        await #expect(throws: IdentityError(.invalidInvite, "")) {
            try await register("carol", invite: issued.secret, in: identity)
        }
        #expect(try await identity.authority.invites.list().items.isEmpty)
    }

    @Test("by one invite at the same time makes one account")
    func race() async throws {
        let identity = try identity(.invite)
        let issued = try await identity.authority.invites.create(by: "root")
        let registration = identity.authority.registration
        let made = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let login = try? await registration.register(
                        "user\(number)", password: TestIdentity.password, invite: issued.secret, address: "")
                    return login != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        #expect(identity.authority.directory.count == 1)
    }

    @Test("by an invite that is over or deleted is refused")
    func expiry() async throws {
        let identity = try identity(.invite)
        let invites = identity.authority.invites
        let short = try await invites.create(expiresAfter: .seconds(60), by: "root")
        let deleted = try await invites.create(by: "root")
        try await invites.delete(deleted.invite.id)
        identity.clock.advance(by: .seconds(60))
        for secret in [short.secret, deleted.secret] {
            await #expect(throws: IdentityError(.invalidInvite, "")) {
                try await register("alice", invite: secret, in: identity)
            }
        }
        await #expect(throws: IdentityError(.inviteNotFound, "")) { try await invites.delete(deleted.invite.id) }
        try await identity.authority.prune()
        await #expect(throws: IdentityError(.inviteNotFound, "")) { try await invites.delete(short.invite.id) }
    }

    @Test("invites are listed page by page, and their secrets are nowhere in the database")
    func list() async throws {
        let identity = try identity(.invite)
        let invites = identity.authority.invites
        var made: [IssuedInvite] = []
        for _ in 0..<3 { made.append(try await invites.create(expiresAfter: .seconds(60), by: "root")) }
        let first = try await invites.list(limit: 2)
        let rest = try await invites.list(after: first.cursor, limit: 2)
        #expect(Set(first.items + rest.items) == Set(made.map(\.invite)))
        #expect(rest.cursor == nil)
        #expect("\(made[0])" == "<invite \(made[0].invite.id)>")
        let hashes = try await identity.database.read { connection in
            try connection.all("SELECT secret_hash FROM invites") { $0.blob(0) }
        }
        #expect(hashes.allSatisfy { $0.count == 32 })
    }

    @Test("invites outside their limits are refused", arguments: [0, -1, 10_001, Int64.max])
    func limits(uses: Int64) async throws {
        let invites = try identity(.invite).authority.invites
        await #expect(throws: IdentityError.invalidField("uses", "")) {
            try await invites.create(uses: uses, by: "root")
        }
        await #expect(throws: IdentityError.invalidField("expires_in", "")) {
            try await invites.create(expiresAfter: .zero, by: "root")
        }
    }

    @Test(
        "of the first account works under every policy, once, only before there is another account",
        arguments: RegistrationPolicy.allCases)
    func firstAccount(policy: RegistrationPolicy) async throws {
        let identity = try identity(policy)
        let invites = identity.authority.invites
        let replaced = try #require(try await invites.createForFirstAccount())
        let link = try #require(try await invites.createForFirstAccount())
        await #expect(throws: IdentityError.self) { try await register("eve", invite: replaced.secret, in: identity) }
        let login = try await register("root", invite: link.secret, in: identity)
        #expect(login.user.role == .admin)
        await #expect(throws: IdentityError.self) { try await register("eve", invite: link.secret, in: identity) }
        #expect(try await invites.createForFirstAccount() == nil)
    }

    @Test("of the first account is over when an account was made another way, or after a day")
    func firstAccountIsOver() async throws {
        let made = try identity(.invite)
        let link = try #require(try await made.authority.invites.createForFirstAccount())
        try await made.addUser("root")
        await #expect(throws: IdentityError(.invalidInvite, "")) {
            try await register("eve", invite: link.secret, in: made)
        }
        let late = try identity(.invite)
        let old = try #require(try await late.authority.invites.createForFirstAccount())
        late.clock.advance(by: .seconds(86_400))
        await #expect(throws: IdentityError(.invalidInvite, "")) {
            try await register("eve", invite: old.secret, in: late)
        }
    }
}
