import OpenSSLCrypto
import Testing

@testable import Identity

@Suite("Passwords")
struct PasswordHasherTests {
    private let cheap: Scrypt

    init() throws { cheap = try #require(Scrypt(logarithmicCost: 4, blockSize: 8, parallelism: 1)) }

    @Test("hashes and verifies on its threads; no hash is never right")
    func verifies() async throws {
        let hasher = try PasswordHasher(scrypt: cheap)
        let hash = try await hasher.hash("correct horse")
        #expect(try await hasher.verify("correct horse", against: hash))
        #expect(try await !hasher.verify("wrong horse", against: hash))
        #expect(try await !hasher.verify("correct horse", against: nil))
        #expect(!hasher.isOutdated(hash))
        let cheaper = try #require(Scrypt(logarithmicCost: 3, blockSize: 8, parallelism: 1))
        #expect(hasher.isOutdated(try PasswordHash(password: "x", scrypt: cheaper)))
        try await hasher.shutdown()
    }

    @Test("takes as many as its threads and its queue hold, refuses the next at once, and recovers")
    func overload() async throws {
        let hasher = try PasswordHasher(scrypt: cheap, threads: 1, queue: 2)
        let isReleased = Flag()
        let holders = (0..<3).map { _ in
            Task { try await hasher.run { isReleased.wait() } }
        }
        while hasher.pendingCount < 3 { await Task.yield() }
        await #expect(throws: IdentityError(.overloaded, "")) { try await hasher.hash("password") }
        isReleased.set()
        for holder in holders { try await holder.value }
        #expect(hasher.pendingCount == 0)
        _ = try await hasher.hash("password")
    }

    @Test(
        "accepts 8 to 256 characters that are not the user's name",
        arguments: [
            ("1234567x", true), ("1234567", false), ("", false), (String(repeating: "a", count: 256), true),
            (String(repeating: "a", count: 257), false), (String(repeating: "😀", count: 256), true),
            (String(repeating: "😀", count: 257), false), ("pässwört", true), ("        ", true),
            ("longuser", false), ("LongUser", false), (String(repeating: "a", count: 1_000_000), false),
        ])
    func policy(_ password: String, _ isGood: Bool) throws {
        let username = try #require(Username("longuser"))
        if isGood {
            _ = try PasswordPolicy.accepted(password, for: username, field: "password")
        } else {
            #expect(throws: IdentityError.invalidField("password", "")) {
                try PasswordPolicy.accepted(password, for: username, field: "password")
            }
        }
    }

    @Test("is the same password however its accents were typed")
    func normalization() throws {
        let composed = "p\u{E4}ssw\u{F6}rter"
        let decomposed = "pa\u{308}sswo\u{308}rter"
        let forms = [composed, decomposed].map { PasswordPolicy.normalized($0).map { Array($0.utf8) } }
        #expect(forms[0] == forms[1])
        #expect(forms[0] == Array(composed.utf8))
    }
}
