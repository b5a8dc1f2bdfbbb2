import Foundation
import TestTools
import Testing

@testable import Identity

@Suite("Retiring a signing key")
struct KeyRetirementTests {
    private let identity: TestIdentity
    private var sessions: Sessions { identity.authority.sessions }
    private var ring: KeyRing { identity.authority.keyRing }
    private var keys: String { identity.directory.file("keys.json") }

    init() async throws {
        identity = try TestIdentity()
        try await identity.addUser("alice")
    }

    @Test("ends exactly the sessions whose present generation it signed, at once and for good")
    func exact() async throws {
        let old = try await identity.login("alice")
        let moving = try await identity.login("alice")
        let first = ring.snapshot.current.id
        try ring.rotate()
        let moved = try await identity.renew(moving)
        let new = try await identity.login("alice")

        let revoked = try await sessions.retireKey(first, reason: "leaked", by: "root")
        #expect(revoked.sessions.map(\.id) == [old.session.id])
        #expect(identity.defect(of: old) == .unknownKey)
        // The session lives, but what the leaked key signed for it is worth nothing.
        #expect(identity.defect(of: moving) == .unknownKey)
        #expect(identity.defect(of: moved) == nil)
        #expect(identity.defect(of: new) == nil)
        #expect(try await sessions.session(old.session.id)?.revokedReason == "leaked")

        #expect(try await sessions.retireKey(first, reason: "again", by: "root").count == 0)
        try identity.restart()
        #expect(identity.defect(of: old) == .unknownKey)
        #expect(identity.defect(of: new) == nil)
    }

    @Test("makes a new current key when it was the current one, also when it signed nothing")
    func current() async throws {
        let first = ring.snapshot.current.id
        #expect(try await sessions.retireKey(first, reason: "leaked", by: "root").count == 0)
        #expect(ring.snapshot.current.id != first)
        let login = try await identity.login("alice")
        #expect(identity.defect(of: login) == nil)
    }

    @Test("that never was is refused, and a bad reason leaves the key where it is")
    func refused() async throws {
        let unknown = try KeyID.random()
        await #expect(throws: IdentityError(.keyNotFound, "")) {
            try await sessions.retireKey(unknown, reason: "leaked", by: "root")
        }
        let current = ring.snapshot.current.id
        await #expect(throws: IdentityError.invalidField("reason", "")) {
            try await sessions.retireKey(current, reason: "", by: "root")
        }
        #expect(ring.snapshot.current.id == current)
    }

    @Test("leaves no session behind that raced with it", .timeLimit(.minutes(1)))
    func race() async throws {
        for _ in 0..<20 {
            let key = ring.snapshot.current.id
            let (sessions, identity) = (sessions, Unchecked(identity))
            async let logins = withThrowingTaskGroup(of: Login.self) { group in
                for _ in 0..<8 { group.addTask { try await identity.value.login("alice") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let ended = Set(try await sessions.retireKey(key, reason: "leaked", by: "root").sessions.map(\.id))
            for login in try await logins {
                #expect((login.session.key == key) == ended.contains(login.session.id))
                #expect((identity.value.defect(of: login) == nil) == (login.session.key != key))
            }
        }
    }

    @Test("ends the sessions of keys that a crash or another key file left without one")
    func lostKeys() async throws {
        let login = try await identity.login("alice")
        #expect(try await sessions.endThoseOfLostKeys() == .none)
        // As after a crash between the two steps.
        try ring.retire(ring.snapshot.current.id)
        let kept = try await identity.login("alice")
        #expect(try await sessions.endThoseOfLostKeys().sessions.map(\.id) == [login.session.id])
        #expect(try await sessions.session(login.session.id)?.revokedReason == "key_lost")
        #expect(identity.defect(of: kept) == nil)
    }

    @Test("is counted by sessions, and the key of a living session is not dropped however old it is")
    func living() async throws {
        let first = ring.snapshot.current.id
        let login = try await identity.login("alice")
        try ring.rotate()
        _ = try await identity.login("alice")
        #expect(try await sessions.countByKey() == [first: 1, ring.snapshot.current.id: 1])
        // A shorter lifetime after a restart does not take the key from under a session with the longer one.
        try identity.restart { $0.refreshIdleLifetime = .seconds(60) }
        identity.clock.advance(by: .seconds(3600))
        try await identity.authority.prune()
        #expect(ring.snapshot.key(first) != nil)
        _ = try await sessions.revoke(.session(login.session.id), reason: "done", by: "alice")
        try await identity.authority.prune()
        #expect(ring.snapshot.keys.map(\.id) == [ring.snapshot.current.id])
    }

    @Test("a lost key file is a failure where there are accounts, and --new-keys makes another")
    func lostFile() throws {
        try FileManager.default.removeItem(atPath: keys)
        let error = try #require(throws: IdentityError.self) {
            try KeyRing.open(path: keys, database: identity.database)
        }
        #expect(error.code == .keyRingUnusable)
        #expect(error.reason.contains("backup") && error.reason.contains("--new-keys"))
        #expect(!FileManager.default.fileExists(atPath: keys))
        let made = try KeyRing.open(path: keys, database: identity.database, makesNewKeys: true)
        #expect(
            try KeyRing.open(path: keys, database: identity.database).snapshot.current.id == made.snapshot.current.id)
    }

    @Test("--new-keys puts a file that cannot be used aside and leaves a good one alone")
    func newKeys() throws {
        let good = ring.snapshot.current.id
        #expect(
            try KeyRing.open(path: keys, database: identity.database, makesNewKeys: true).snapshot.current.id == good)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keys)
        #expect(throws: IdentityError(.keyRingUnusable, "")) {
            try KeyRing.open(path: keys, database: identity.database)
        }
        let made = try KeyRing.open(path: keys, database: identity.database, makesNewKeys: true)
        #expect(made.snapshot.key(good) == nil)
        #expect(FileManager.default.fileExists(atPath: keys + ".unusable"))
    }
}

/// What a test hands to its own tasks only.
private struct Unchecked<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
