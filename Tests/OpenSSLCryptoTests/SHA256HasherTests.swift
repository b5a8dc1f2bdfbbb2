import Testing

@testable import OpenSSLCrypto

@Suite("SHA-256 of a message in pieces")
struct SHA256HasherTests {
    /// NIST's examples for FIPS 180-4.
    static let vectors: [(message: String, digest: String)] = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]

    private func digest(_ pieces: [ArraySlice<UInt8>]) throws -> String {
        let hasher = try SHA256Hasher()
        for piece in pieces { try piece.withUnsafeBytes { try hasher.update($0) } }
        return try hasher.finish().hexadecimal
    }

    @Test("matches the published vectors, in one piece and in pieces of 1000 bytes", arguments: vectors)
    func published(_ vector: (message: String, digest: String)) throws {
        let bytes = Array(vector.message.utf8)
        #expect(try digest([bytes[...]]) == vector.digest)
        let pieces = stride(from: 0, to: bytes.count, by: 1000).map { bytes[$0..<min($0 + 1000, bytes.count)] }
        #expect(try digest(pieces) == vector.digest)
    }

    @Test("does not depend on where a message is cut")
    func cuts() throws {
        let bytes = (0..<200).map { UInt8($0) }
        let whole = SHA256Digest(of: bytes).hexadecimal
        for cut in 0...bytes.count { #expect(try digest([bytes[..<cut], [], bytes[cut...]]) == whole) }
    }

    @Test("begins anew after a digest")
    func again() throws {
        let hasher = try SHA256Hasher()
        for _ in 0..<2 {
            try Array("abc".utf8).withUnsafeBytes { try hasher.update($0) }
            #expect(try hasher.finish().hexadecimal == Self.vectors[1].digest)
        }
        #expect(try hasher.finish().hexadecimal == Self.vectors[0].digest)
    }
}
