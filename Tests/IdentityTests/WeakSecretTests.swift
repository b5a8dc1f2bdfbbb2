import OpenSSLCrypto
import Testing

@testable import Identity

@Suite("A signing secret")
struct WeakSecretTests {
    @Test(
        "that somebody made up or a standard prints is refused",
        arguments: [
            // 32 bytes each: one byte, two words, counting, a text, the keys of RFC 7515 A.1 (its start) and RFC 7520 3.5, 3.6.
            String(repeating: "A", count: 43),
            "AAECAwQFBgcAAQIDBAUGBwABAgMEBQYHAAECAwQFBgc",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "eW91ci0yNTYtYml0LXNlY3JldC15b3VyLTI1Ni1iaXQ",
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8",
            "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg",
            "AAPapAv4LbFbiVawEjagUBluYqN5rhna-8nuldDvOx8",
        ])
    func weak(_ digits: String) throws {
        var secret = [UInt8](repeating: 0, count: 33)
        let count = secret.withUnsafeMutableBytes { room in
            Array(digits.utf8).withUnsafeBytes { Base64URL.decode($0, into: room) }
        }
        try #require(count == 32)
        #expect(WeakSecret(of: SecretBytes(copying: secret.prefix(32))) != nil)
    }

    @Test("of random bytes is accepted")
    func random() throws {
        for _ in 0..<1000 { #expect(WeakSecret(of: try SecretBytes(randomCount: 32)) == nil) }
    }
}
