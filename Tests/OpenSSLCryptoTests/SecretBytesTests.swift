import Testing

@testable import OpenSSLCrypto

@Suite("Secrets, randomness and digests")
struct SecretBytesTests {
    @Test("keeps what it was given and shows nothing of it")
    func keeps() {
        let secret = SecretBytes(copying: Array("hunter2 hunter2".utf8))
        #expect(secret.count == 15)
        #expect(secret.withUnsafeBytes { Array($0) } == Array("hunter2 hunter2".utf8))
        #expect("\(secret)" == "<15 secret bytes>")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("storage"))
    }

    @Test("may be empty")
    func empty() throws {
        #expect(try SecretBytes(randomCount: 0).withUnsafeBytes { $0.count } == 0)
    }

    @Test("random bytes are not repeated")
    func random() throws {
        let values = try (0..<1000).map { _ in try RandomBytes.integer(UInt128.self) }
        #expect(Set(values).count == values.count)
        #expect(try RandomBytes.make(count: 32) != RandomBytes.make(count: 32))
        #expect(try RandomBytes.make(count: 0).isEmpty)
    }

    @Test("compares all bytes and the length")
    func comparison() {
        func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
            left.withUnsafeBytes { left in right.withUnsafeBytes { constantTimeEquals(left, $0) } }
        }
        #expect(equal([1, 2, 3], [1, 2, 3]))
        #expect(!equal([1, 2, 3], [1, 2, 4]))
        #expect(!equal([1, 2, 3], [1, 2]))
        #expect(equal([], []))
    }

    @Test("digests the examples of FIPS 180-4")
    func digest() {
        #expect(
            SHA256Digest(of: "abc").hexadecimal == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256Digest(of: "").hexadecimal == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }
}
