import OpenSSLCrypto
import TestTools
import Testing

@testable import Identity

@Suite("Tokens")
struct TokensTests {
    private let directory: TemporaryDirectory
    private let clock = ManualClock()
    private let ring: KeyRing
    private let tokens: Tokens
    private let session: SessionID
    private let alice: Username

    init() throws {
        directory = try TemporaryDirectory()
        ring = try KeyRing(path: directory.file("keys.json"), clock: clock.wallClock)
        var configuration = IdentityConfiguration()
        configuration.issuer = "https://chat.example"
        tokens = Tokens(ring: ring, configuration: configuration, clock: clock.wallClock)
        session = try .random()
        alice = try #require(Username("alice"))
    }

    @Test("an access token says whose it is, of which session, in which role and until when")
    func access() throws {
        let issued = try issueAccess(role: .admin)
        let read = try tokens.verifyAccess(issued.value)
        #expect(read.username == alice)
        #expect(read.session == session)
        #expect(read.role == .admin)
        #expect(read.issuedAt == clock.now)
        #expect(read.expiresAt == issued.expiresAt)
        #expect(issued.expiresAt == clock.now + issued.maximumAge * 1000)
        #expect("\(issued)" == "<token of \(issued.maximumAge) s>")
    }

    @Test("a refresh token says its generation and ends when it is told to")
    func refresh() throws {
        let issued = try issueRefresh(generation: 7)
        let read = try tokens.verifyRefresh(issued.value)
        #expect(read.username == alice)
        #expect(read.session == session)
        #expect(read.generation == 7)
        #expect(read.expiresAt == clock.now + 86_400_000)
        #expect(issued.maximumAge == 86_400)
    }

    @Test("the life of access tokens is spread over its last 5 %, and no two are the same")
    func jitter() throws {
        let issued = try (0..<500).map { _ in try issueAccess() }
        let ages = Set(issued.map(\.maximumAge))
        #expect(ages.allSatisfy { (570...600).contains($0) })
        #expect(ages.count > 20)
        #expect(Set(issued.map(\.value)).count == issued.count)
    }

    @Test("the form is the protocol's: header and claims of each token, in plain sight")
    func form() throws {
        let parts = try issueAccess().value.split(separator: ".").map { try #require(Base64URL.decode(String($0))) }
        let kid = ring.snapshot.current.id
        #expect(String(decoding: parts[0], as: UTF8.self) == #"{"alg":"HS256","kid":"\#(kid)","typ":"at+jwt"}"#)
        let claims = String(decoding: parts[1], as: UTF8.self)
        #expect(claims.hasPrefix(#"{"iss":"https://chat.example","aud":"parley","sub":"alice","sid":"\#(session)","#))
        #expect(claims.hasSuffix(#","role":"user"}"#))
        let refresh = try issueRefresh(generation: 2).value.split(separator: ".")
        let refreshClaims = String(decoding: try #require(Base64URL.decode(String(refresh[1]))), as: UTF8.self)
        #expect(refreshClaims.contains(#""gen":2,"iat":1700000000,"exp":1700086400}"#))
    }

    @Test("a token is good until the second of its exp, and not in it")
    func expiry() throws {
        let issued = try issueAccess()
        clock.advance(by: .seconds(issued.maximumAge) - .milliseconds(1))
        _ = try tokens.verifyAccess(issued.value)
        clock.advance(by: .milliseconds(1))
        #expect(throws: TokenDefect(.expired)) { try tokens.verifyAccess(issued.value) }
    }

    @Test("neither token passes for the other")
    func confusion() throws {
        let access = try issueAccess().value
        let refresh = try issueRefresh(generation: 1).value
        #expect(throws: TokenDefect(.wrongType)) { try tokens.verifyRefresh(access) }
        #expect(throws: TokenDefect(.wrongType)) { try tokens.verifyAccess(refresh) }
    }

    @Test("one that was not sent is told apart from a bad one")
    func absent() {
        let nothing: String? = nil
        #expect(throws: TokenDefect(.absent)) { try tokens.verifyAccess(nothing) }
        #expect(throws: TokenDefect(.absent)) { try tokens.verifyAccess("") }
        #expect(TokenDefect(.absent).code == .noToken)
    }

    @Test("keys that were rotated out still verify; one that was retired does not")
    func rotation() throws {
        let old = ring.snapshot.current
        let issued = try issueAccess()
        try ring.rotate()
        #expect(ring.snapshot.current.id != old.id)
        _ = try tokens.verifyAccess(issued.value)
        let later = try issueAccess()
        try ring.retire(old.id)
        #expect(throws: TokenDefect(.unknownKey)) { try tokens.verifyAccess(issued.value) }
        _ = try tokens.verifyAccess(later.value)
    }

    @Test("a change of any one byte is refused, and so is every beginning")
    func everyByte() throws {
        let good = Array(try issueAccess().value.utf8)
        for offset in good.indices {
            var bad = good
            bad[offset] = bad[offset] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(throws: TokenDefect.self, "byte \(offset)") { try verify(bad) }
            #expect(throws: TokenDefect.self, "first \(offset) bytes") { try verify(Array(good[..<offset])) }
        }
        #expect(throws: TokenDefect.self) { try verify(good + [UInt8(ascii: "A")]) }
    }

    @Test("noise is refused and never traps")
    func noise() throws {
        var generator = SeededGenerator(seed: 7519)
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_....".utf8)
        for round in 0..<20_000 {
            let count = Int.random(in: 0...(round % 10 == 0 ? 1100 : 60), using: &generator)
            let bytes = (0..<count).map { _ in
                round.isMultiple(of: 2)
                    ? digits[Int.random(in: 0..<digits.count, using: &generator)]
                    : UInt8.random(in: 0...255, using: &generator)
            }
            #expect(throws: TokenDefect.self) { try verify(bytes) }
        }
    }

    @Test("signed noise in the place of the claims is refused and never traps")
    func signedNoise() throws {
        let forge = TokenForge(key: ring.snapshot.current, use: .access)
        var generator = SeededGenerator(seed: 68)
        for _ in 0..<5_000 {
            var claims = Array(
                #"{"iss":"https://chat.example","aud":"parley","sub":"alice","sid":"\#(session)","exp":1800000000}"#
                    .utf8)
            for _ in 0..<3 {
                claims[Int.random(in: 0..<claims.count, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            let token = try forge.token(
                encodedHeader: Base64URL.encode(Array(forge.header.utf8)), Base64URL.encode(claims))
            #expect(throws: TokenDefect.self) { try tokens.verifyAccess(token) }
        }
    }

    @Test("each thread verifies with contexts of its own")
    func threads() async throws {
        let issued = try (0..<8).map { _ in try issueAccess().value }
        let tokens = tokens
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for token in issued + issued { _ = try tokens.verifyAccess(token) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func verify(_ bytes: [UInt8]) throws { _ = try bytes.withUnsafeBytes { try tokens.verifyAccess($0) } }

    private func issueAccess(role: Role = .user) throws -> IssuedToken {
        try tokens.issueAccess(alice, session: session, role: role, key: ring.snapshot.current, at: clock.now)
    }

    private func issueRefresh(generation: Int64) throws -> IssuedToken {
        try tokens.issueRefresh(
            alice, session: session, generation: generation, key: ring.snapshot.current, at: clock.now,
            until: clock.now + 86_400_000)
    }
}
