import Testing

@testable import Identity

@Suite("Refresh")
struct RefreshTests {
    private let identity: TestIdentity

    init() async throws {
        identity = try TestIdentity()
        try await identity.addUser("alice")
    }

    @Test("with the present generation moves the session and gives two new tokens")
    func move() async throws {
        let login = try await identity.login("alice", device: "laptop")
        identity.clock.advance(by: .seconds(300))
        let renewed = try await identity.renew(login)
        #expect(renewed.session.id == login.session.id)
        #expect(renewed.session.generation == 2)
        #expect(renewed.session.createdAt == login.session.createdAt)
        #expect(renewed.session.lastSeenAt == identity.clock.now)
        #expect(renewed.session.address == "192.0.2.2")
        #expect(renewed.session.device == "laptop")
        #expect(renewed.access.value != login.access.value)
        #expect(identity.defect(of: renewed) == nil)
        // The access token before it is good until its own end.
        #expect(identity.defect(of: login) == nil)
        #expect(try await identity.authority.sessions.session(login.session.id) == renewed.session)
        #expect(try await identity.renew(renewed).session.generation == 3)
    }

    @Test("with the generation before, within 30 s of the move, gives the present generation again")
    func grace() async throws {
        let login = try await identity.login("alice")
        let moved = try await identity.renew(login)
        identity.clock.advance(by: .seconds(30))
        let again = try await identity.renew(login)
        #expect(again.session.generation == 2)
        #expect(again.access.value != moved.access.value)
        let claims = try identity.authority.tokens.verifyRefresh(again.refresh.value)
        #expect(claims.generation == 2)
        // Both copies of generation 2 are the same one: the first to be used moves, the other is in the grace.
        #expect(try await identity.renew(again).session.generation == 3)
        #expect(try await identity.renew(moved).session.generation == 3)
    }

    @Test("in the grace does not extend the grace")
    func graceIsNotExtended() async throws {
        let login = try await identity.login("alice")
        _ = try await identity.renew(login)
        identity.clock.advance(by: .seconds(20))
        _ = try await identity.renew(login)
        identity.clock.advance(by: .milliseconds(10_001))
        try await expectReuse(login)
    }

    @Test("with the generation before, a moment after the grace, ends the session")
    func late() async throws {
        let login = try await identity.login("alice")
        let moved = try await identity.renew(login)
        identity.clock.advance(by: .milliseconds(30_001))
        try await expectReuse(login)
        #expect(identity.defect(of: moved) == .revoked)
        #expect(identity.defect(of: login) == .revoked)
        guard case .refused(TokenDefect(.revoked)) = try await identity.refresh(moved) else {
            Issue.record("a session that was ended for reuse was refreshed")
            return
        }
        let ended = try await identity.authority.sessions.session(login.session.id)
        #expect(ended?.revokedReason == "refresh_reuse")
        #expect(ended?.revokedAt == identity.clock.now)
    }

    @Test("with an older generation ends the session at once, grace or not")
    func older() async throws {
        let login = try await identity.login("alice")
        let second = try await identity.renew(login)
        _ = try await identity.renew(second)
        try await expectReuse(login)
        #expect(identity.defect(of: second) == .revoked)
    }

    @Test("with a generation that is not there yet ends the session")
    func future() async throws {
        let login = try await identity.login("alice")
        let ahead = try identity.authority.tokens.issueRefresh(
            login.user.username, session: login.session.id, generation: 2,
            key: identity.authority.keyRing.snapshot.current, at: identity.clock.now,
            until: identity.clock.now + 1_000_000)
        guard case .reused = try await identity.authority.sessions.refresh(ahead.value, address: "") else {
            Issue.record("a generation of the future was taken")
            return
        }
        #expect(identity.defect(of: login) == .revoked)
    }

    @Test("of a session that was ended ends nothing else and is told so")
    func revoked() async throws {
        let login = try await identity.login("alice")
        let other = try await identity.login("alice")
        _ = try await identity.authority.sessions.revoke(.session(login.session.id), reason: "test", by: "test")
        guard case .refused(let defect) = try await identity.refresh(login) else {
            Issue.record("an ended session was refreshed")
            return
        }
        #expect(defect.code == .sessionRevoked)
        #expect(identity.defect(of: other) == nil)
    }

    @Test("many at the same time move the session once", arguments: [2, 8, 32])
    func parallel(count: Int) async throws {
        let login = try await identity.login("alice")
        let sessions = identity.authority.sessions
        let outcomes = try await withThrowingTaskGroup(of: RefreshOutcome.self) { group in
            for _ in 0..<count {
                group.addTask { try await sessions.refresh(login.refresh.value, address: "") }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for outcome in outcomes {
            guard case .renewed(let renewed) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(renewed.session.generation == 2)
            #expect(identity.defect(of: renewed) == nil)
        }
        #expect(try await sessions.session(login.session.id)?.generation == 2)
    }

    @Test("without a good token is refused with its defect")
    func defects() async throws {
        let login = try await identity.login("alice")
        let sessions = identity.authority.sessions
        func code(_ token: String?) async throws -> IdentityError.Code? {
            guard case .refused(let defect) = try await sessions.refresh(token, address: "") else { return nil }
            return defect.code
        }
        #expect(try await code(nil) == .noToken)
        #expect(try await code("") == .noToken)
        #expect(try await code("garbage") == .invalidToken)
        #expect(try await code(login.access.value) == .invalidToken)
        let stranger = try identity.authority.tokens.issueRefresh(
            login.user.username, session: .random(), generation: 1,
            key: identity.authority.keyRing.snapshot.current, at: identity.clock.now,
            until: identity.clock.now + 1_000_000)
        #expect(try await code(stranger.value) == .invalidToken)
        let bob = try #require(Username("bob"))
        try await identity.addUser("bob")
        let foreign = try identity.authority.tokens.issueRefresh(
            bob, session: login.session.id, generation: 1, key: identity.authority.keyRing.snapshot.current,
            at: identity.clock.now, until: identity.clock.now + 1_000_000)
        #expect(try await code(foreign.value) == .invalidToken)
        identity.clock.advance(by: .seconds(14 * 86_400))
        #expect(try await code(login.refresh.value) == .tokenExpired)
        #expect(identity.defect(of: login) == .expired)
        #expect(try await sessions.session(login.session.id)?.revokedAt == nil)
    }

    @Test("keeps a session alive for 60 days from the login and no longer")
    func absolute() async throws {
        let start = try await identity.login("alice")
        var login = start
        for _ in 0..<5 {
            identity.clock.advance(by: .seconds(10 * 86_400))
            login = try await identity.renew(login)
            #expect(login.refresh.expiresAt <= start.session.createdAt + 60 * 86_400_000)
        }
        #expect(login.refresh.maximumAge == 10 * 86_400)
        identity.clock.advance(by: .seconds(10 * 86_400))
        guard case .refused(let defect) = try await identity.refresh(login) else {
            Issue.record("a session lived beyond its end")
            return
        }
        #expect(defect.code == .tokenExpired)
        #expect(try await identity.authority.sessions.list().items.isEmpty)
    }

    @Test("goes on across a restart, with its grace")
    func restart() async throws {
        let login = try await identity.login("alice")
        let moved = try await identity.renew(login)
        try identity.restart()
        #expect(try await identity.renew(login).session.generation == 2)
        #expect(try await identity.renew(moved).session.generation == 3)
    }

    @Test("with tokens of a rotated key moves the session to the new key")
    func rotatedKey() async throws {
        let login = try await identity.login("alice")
        let new = try identity.authority.keyRing.rotate()
        let moved = try await identity.renew(login)
        #expect(moved.session.key == new.id)
        #expect(moved.session.key != login.session.key)
        #expect(identity.defect(of: moved) == nil)
    }

    @Test("carries a changed role into the new access token")
    func role() async throws {
        let login = try await identity.login("alice")
        _ = try await identity.authority.accounts.setRole(.admin, of: login.user.username)
        #expect(try identity.authority.authenticate(login.access.value).user.role == .admin)
        let renewed = try await identity.renew(login)
        #expect(try identity.authority.authenticate(renewed.access.value).token.role == .admin)
    }

    private func expectReuse(_ login: Login, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let outcome = try await identity.refresh(login)
        guard case .reused(let token, let revoked) = outcome else {
            Issue.record("not seen as reuse: \(outcome)", sourceLocation: sourceLocation)
            return
        }
        #expect(token.session == login.session.id, sourceLocation: sourceLocation)
        #expect(revoked.sessions.map(\.id) == [login.session.id], sourceLocation: sourceLocation)
    }
}
