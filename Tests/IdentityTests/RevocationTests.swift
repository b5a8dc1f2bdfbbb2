import Testing

@testable import Identity

@Suite("Revocation")
struct RevocationTests {
    private let identity: TestIdentity
    private let alice: Username
    private let bob: Username

    init() async throws {
        identity = try TestIdentity()
        alice = try #require(Username("alice"))
        bob = try #require(Username("bob"))
        try await identity.addUser("alice")
        try await identity.addUser("bob")
    }

    private var sessions: Sessions { identity.authority.sessions }

    private func revoke(_ target: RevocationTarget, except: SessionID? = nil) async throws -> Set<SessionID> {
        let revoked = try await sessions.revoke(target, except: except, reason: "stolen phone", by: "root")
        return Set(revoked.sessions.map(\.id))
    }

    @Test("of one session ends that one, once, and records why and who")
    func session() async throws {
        let login = try await identity.login("alice")
        let other = try await identity.login("alice")
        #expect(try await revoke(.session(login.session.id)) == [login.session.id])
        #expect(identity.defect(of: login) == .revoked)
        #expect(identity.defect(of: other) == nil)
        #expect(try await revoke(.session(login.session.id)).isEmpty)
        let ended = try await sessions.session(login.session.id)
        #expect(ended?.revokedReason == "stolen phone")
        #expect(ended?.revokedBy == "root")
        #expect(ended?.revokedAt == identity.clock.now)
    }

    @Test("of a session by someone else than its owner does not find it")
    func owner() async throws {
        let login = try await identity.login("alice")
        await #expect(throws: IdentityError(.sessionNotFound, "")) {
            try await revoke(.session(login.session.id, of: bob))
        }
        #expect(identity.defect(of: login) == nil)
        #expect(try await revoke(.session(login.session.id, of: alice)).count == 1)
    }

    @Test("of a user ends all of theirs, or all but one")
    func user() async throws {
        let logins = [
            try await identity.login("alice"), try await identity.login("alice"), try await identity.login("alice"),
        ]
        let other = try await identity.login("bob")
        let mine = logins[0].session.id
        #expect(try await revoke(.user(alice), except: mine) == Set(logins[1...].map(\.session.id)))
        #expect(identity.defect(of: logins[0]) == nil)
        #expect(identity.defect(of: logins[1]) == .revoked)
        #expect(try await revoke(.user(alice)) == [mine])
        #expect(try await revoke(.user(alice)).isEmpty)
        #expect(identity.defect(of: other) == nil)
    }

    @Test("of a key ends the sessions whose present generation it signed")
    func key() async throws {
        let old = identity.authority.keyRing.snapshot.current.id
        let stays = try await identity.login("alice")
        let moves = try await identity.login("alice")
        try identity.authority.keyRing.rotate()
        let moved = try await identity.renew(moves)
        let new = try await identity.login("bob")
        #expect(try await revoke(.key(old)) == [stays.session.id])
        #expect(identity.defect(of: moved) == nil)
        #expect(identity.defect(of: new) == nil)
        #expect(try await revoke(.key(old)).isEmpty)
        // Known by its sessions after it has left the ring.
        try identity.authority.keyRing.retire(old)
        #expect(try await revoke(.key(old)).isEmpty)
    }

    @Test("of everyone ends every session, or every one but the caller's")
    func everyone() async throws {
        let logins = [
            try await identity.login("alice"), try await identity.login("bob"), try await identity.login("bob"),
        ]
        #expect(try await revoke(.everyone, except: logins[2].session.id).count == 2)
        #expect(identity.defect(of: logins[2]) == nil)
        #expect(try await revoke(.everyone) == [logins[2].session.id])
        #expect(try await revoke(.everyone).isEmpty)
    }

    @Test("of what does not exist fails")
    func unknown() async throws {
        let nobody = try #require(Username("nobody"))
        let key = try #require(KeyID("nokey"))
        let session = try SessionID.random()
        await #expect(throws: IdentityError(.sessionNotFound, "")) { try await revoke(.session(session)) }
        await #expect(throws: IdentityError(.userNotFound, "")) { try await revoke(.user(nobody)) }
        await #expect(throws: IdentityError(.keyNotFound, "")) { try await revoke(.key(key)) }
        await #expect(throws: IdentityError.invalidField("reason", "")) {
            try await sessions.revoke(.everyone, reason: String(repeating: "r", count: 257), by: "root")
        }
    }

    @Test("of a session that ran out long ago counts none")
    func ranOut() async throws {
        let login = try await identity.login("alice")
        identity.clock.advance(by: .seconds(15 * 86_400))
        #expect(try await revoke(.session(login.session.id)).isEmpty)
        #expect(try await revoke(.user(alice)).isEmpty)
    }

    @Test("survives a restart, and so does what it left alone")
    func restart() async throws {
        let login = try await identity.login("alice")
        let other = try await identity.login("alice")
        _ = try await revoke(.session(login.session.id))
        try identity.restart()
        #expect(identity.defect(of: login) == .revoked)
        #expect(identity.defect(of: other) == nil)
        #expect(identity.authority.revocations.contains(login.session.id))
        #expect(identity.authority.revocations.count == 1)
    }

    @Test("is remembered until the last access token has expired, and then no longer")
    func bounded() async throws {
        let login = try await identity.login("alice")
        identity.clock.advance(by: .seconds(500))
        let renewed = try await identity.renew(login)
        _ = try await revoke(.session(login.session.id))
        while identity.defect(of: renewed) == .revoked {
            identity.clock.advance(by: .seconds(1))
            try await identity.authority.prune()
        }
        #expect(identity.defect(of: renewed) == .expired)
        #expect(identity.authority.revocations.count == 1)
        identity.clock.advance(by: .seconds(600 + 300))
        try await identity.authority.prune()
        #expect(identity.authority.revocations.count == 0)
        try identity.restart()
        #expect(identity.authority.revocations.count == 0)
        // Nothing brings it back: the refresh token is asked of the database.
        guard case .refused(let defect) = try await identity.refresh(renewed) else {
            Issue.record("an ended session was refreshed")
            return
        }
        #expect(defect.code == .sessionRevoked)
    }

    @Test("needs no entry for a session whose access tokens ran out long ago")
    func idle() async throws {
        let login = try await identity.login("alice")
        identity.clock.advance(by: .seconds(86_400))
        #expect(try await revoke(.session(login.session.id)).count == 1)
        #expect(identity.authority.revocations.count == 0)
    }

    @Test("and refresh at the same time: whoever is first, the session is over afterwards")
    func race() async throws {
        for _ in 0..<20 {
            let login = try await identity.login("alice")
            let sessions = sessions
            async let refreshed = sessions.refresh(login.refresh.value, address: "")
            async let revoked = sessions.revoke(.session(login.session.id), reason: "race", by: "test")
            let (outcome, ended) = try await (refreshed, revoked)
            #expect(ended.count == 1)
            if case .renewed(let renewed) = outcome {
                #expect(identity.defect(of: renewed) == .revoked)
                guard case .refused(TokenDefect(.revoked)) = try await identity.refresh(renewed) else {
                    Issue.record("a revoked session was refreshed")
                    return
                }
            }
            #expect(identity.defect(of: login) == .revoked)
        }
    }

    @Test("deletes rows only thirty days after their end")
    func prune() async throws {
        let login = try await identity.login("alice")
        _ = try await revoke(.session(login.session.id))
        identity.clock.advance(by: .seconds(43 * 86_400))
        try await identity.authority.prune()
        #expect(try await revoke(.session(login.session.id)).isEmpty)
        identity.clock.advance(by: .seconds(2 * 86_400))
        try await identity.authority.prune()
        await #expect(throws: IdentityError(.sessionNotFound, "")) { try await revoke(.session(login.session.id)) }
    }

    @Test("asks again of a token that was good a moment ago")
    func again() async throws {
        let login = try await identity.login("alice")
        let caller = try identity.authority.authenticate(login.access.value)
        _ = try identity.authority.caller(of: caller.token)
        _ = try await revoke(.everyone)
        #expect(throws: TokenDefect(.revoked)) { try identity.authority.caller(of: caller.token) }
    }

    @Test("list takes a hundred thousand entries and drops them by their ends")
    func many() throws {
        let list = RevocationList()
        let entries = try (0..<100_000).map { number in
            RevocationList.Entry(session: try .random(), expiresAt: Int64(number), cause: .session)
        }
        list.insert(entries)
        #expect(list.count == entries.count)
        #expect(entries.allSatisfy { list.contains($0.session) })
        #expect(try !list.contains(.random()))
        list.prune(at: 49_999)
        #expect(list.count == 50_000)
        #expect(!list.contains(entries[49_999].session))
        #expect(list.contains(entries[50_000].session))
    }
}
