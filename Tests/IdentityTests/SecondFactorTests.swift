import Database
import OpenSSLCrypto
import Testing

@testable import Identity

@Suite("The second factor")
struct SecondFactorTests {
    private let identity: TestIdentity
    private let alice: Username
    private var factors: SecondFactors { identity.authority.secondFactors }

    init() async throws {
        identity = try TestIdentity()
        alice = try #require(Username("alice"))
        try await identity.addUser("alice")
    }

    @Test(
        "agrees with the vectors of RFC 6238, appendix B",
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ] as [(Int64, String)])
    func vectors(seconds: Int64, code: String) {
        let secret = SecretBytes(copying: "12345678901234567890".utf8)
        #expect(OneTimeCode.code(of: seconds / 30, secret: secret, digits: 8) == code)
        #expect(OneTimeCode.code(of: seconds / 30, secret: secret) == String(code.suffix(6)))
    }

    @Test(
        "writes base32 as RFC 4648 section 10 does, without padding",
        arguments: [
            ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ])
    func base32(text: String, encoded: String) {
        #expect(Array(text.utf8).withUnsafeBytes { Base32.encode($0) } == encoded)
    }

    @Test("accepts the step before and after, and no step twice")
    func skew() throws {
        let secret = try SecretBytes(randomCount: 20)
        let now: Int64 = 1_700_000_015_000
        let present = now / 30_000
        for offset in -3...3 as ClosedRange<Int64> {
            let code = OneTimeCode.code(of: present + offset, secret: secret)
            let accepted = OneTimeCode.acceptedStep(code, secret: secret, at: now, after: 0)
            #expect(accepted == (abs(offset) <= 1 ? present + offset : nil))
            #expect(OneTimeCode.acceptedStep(code, secret: secret, at: now, after: present + 1) == nil)
        }
        for wrong in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            #expect(OneTimeCode.acceptedStep(wrong, secret: secret, at: now, after: 0) == nil)
        }
    }

    @Test("is needed only after it was confirmed with a code of its own")
    func enrolment() async throws {
        let factors = factors
        let enrolment = try await factors.begin(alice)
        #expect(enrolment.uri.hasPrefix("otpauth://totp/parley:alice?secret=\(enrolment.secret)&issuer=parley&"))
        #expect(!"\(enrolment)".contains(enrolment.secret))
        _ = try await identity.login("alice")
        await #expect(throws: IdentityError.invalidField("code", "")) {
            try await factors.confirm("000000", of: alice)
        }
        let recovery = try await turnOn()
        #expect(Set(recovery).count == 10 && recovery.allSatisfy { $0.utf8.count == 29 })
        await #expect(throws: IdentityError(.totpRequired, "")) { try await identity.login("alice") }
        await #expect(throws: IdentityError(.totpEnabled, "")) { try await factors.begin(alice) }
        await #expect(throws: IdentityError(.totpEnabled, "")) { try await factors.confirm("000000", of: alice) }
    }

    @Test("that was never confirmed was not on, so that it is not turned off either")
    func neverOn() async throws {
        for _ in 0..<2 {
            #expect(try await factors.reset(alice) == false)
            #expect(try await factors.remove(alice, password: TestIdentity.password) == false)
            _ = try await factors.begin(alice)
        }
        #expect(try await factors.reset(alice) == false)
        _ = try await turnOn()
        #expect(try await factors.reset(alice))
    }

    @Test("takes a code once, and none that is older than one that was taken")
    func once() async throws {
        _ = try await turnOn()
        // The code that confirmed is used up.
        await #expect(throws: IdentityError(.totpRequired, "", field: "totp")) { try await login(try await code()) }
        let before = try await code()
        identity.clock.advance(by: .seconds(30))
        let now = try await code()
        _ = try await login(now)
        for used in [now, before] {
            await #expect(throws: IdentityError(.totpRequired, "", field: "totp")) { try await login(used) }
        }
        identity.clock.advance(by: .seconds(30))
        let next = try await code()
        // Two at the same time are one.
        let (sessions, password) = (identity.authority.sessions, TestIdentity.password)
        let count = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    (try? await sessions.login("alice", password: password, totp: next, address: "")) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(count == 1)
    }

    @Test("is never told to who does not know the password")
    func passwordFirst() async throws {
        _ = try await turnOn()
        identity.clock.advance(by: .seconds(30))
        let code = try await code()
        await #expect(throws: IdentityError.invalidCredentials()) {
            try await identity.authority.sessions.login("alice", password: "wrong words", totp: code, address: "")
        }
        _ = try await login(code)
    }

    @Test("takes each recovery code once, however it is typed, and keeps only digests")
    func recovery() async throws {
        let codes = try await turnOn()
        _ = try await login(codes[0])
        _ = try await login(codes[1].uppercased().replacing("-", with: " "))
        for used in codes.prefix(2) {
            await #expect(throws: IdentityError(.totpRequired, "", field: "totp")) { try await login(used) }
        }
        #expect(try await factors.status(of: alice) == SecondFactors.Status(isOn: true, recoveryCodesLeft: 8))
        let stored = try await identity.database.read { connection in
            try connection.all("SELECT digest FROM recovery_codes") { $0.blob(0) }
        }
        #expect(stored.allSatisfy { $0.count == 32 })
    }

    @Test("goes with the right password, or on an administrator's word, or with the account")
    func removal() async throws {
        let factors = factors
        _ = try await turnOn()
        await #expect(throws: IdentityError.invalidCredentials()) {
            try await factors.remove(alice, password: "wrong words")
        }
        #expect(try await factors.remove(alice, password: TestIdentity.password))
        _ = try await identity.login("alice")
        #expect(try await factors.reset(alice) == false)
        _ = try await turnOn()
        #expect(try await factors.reset(alice))
        #expect(try await factors.status(of: alice) == SecondFactors.Status(isOn: false, recoveryCodesLeft: 0))
        _ = try await turnOn()
        _ = try await identity.authority.accounts.delete(alice, by: "root")
        #expect(try await factors.status(of: alice).isOn == false)
    }

    private func turnOn() async throws -> [String] {
        _ = try await factors.begin(alice)
        return try await factors.confirm(try await code(), of: alice)
    }

    /// The code of this moment.
    private func code() async throws -> String {
        let factor = try await identity.database.read { [alice] in try SecondFactorTable.factor(of: alice, in: $0) }
        return OneTimeCode.code(of: identity.clock.now / 30_000, secret: try #require(factor).secret)
    }

    private func login(_ code: String) async throws -> Login {
        try await identity.authority.sessions.login(
            "alice", password: TestIdentity.password, totp: code, address: "192.0.2.1")
    }
}
