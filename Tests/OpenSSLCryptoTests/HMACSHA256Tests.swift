import Foundation
import Testing

@testable import OpenSSLCrypto

@Suite("HMAC-SHA-256")
struct HMACSHA256Tests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let key: [UInt8]
        let message: [UInt8]
        let tag: [UInt8]
        var testDescription: String { name }

        init(_ name: String, key: [UInt8], message: [UInt8], tag: String) {
            self.name = name
            self.key = key
            self.message = message
            self.tag = hexadecimal(tag)
        }
    }

    static let rfc4231Cases = [
        Case(
            "4.2", key: .init(repeating: 0x0B, count: 20), message: Array("Hi There".utf8),
            tag: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Case(
            "4.3", key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
            tag: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Case(
            "4.4", key: .init(repeating: 0xAA, count: 20), message: .init(repeating: 0xDD, count: 50),
            tag: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Case(
            "4.5", key: Array(1...25), message: .init(repeating: 0xCD, count: 50),
            tag: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        // 4.6 is a tag cut to 128 bits.
        Case(
            "4.6", key: .init(repeating: 0x0C, count: 20), message: Array("Test With Truncation".utf8),
            tag: "a3b6167473100ee06e0c796c2955552b"),
        Case(
            "4.7", key: .init(repeating: 0xAA, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            tag: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        Case(
            "4.8", key: .init(repeating: 0xAA, count: 131),
            message: Array(
                """
                This is a test using a larger than block-size key and a larger than block-size data. \
                The key needs to be hashed before being used by the HMAC algorithm.
                """.utf8),
            tag: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ]

    @Test("gives the tags of RFC 4231 section 4, each time that it is asked", arguments: rfc4231Cases)
    func rfc4231(_ test: Case) throws {
        let hmac = try HMACSHA256(key: SecretBytes(copying: test.key))
        for _ in 0..<3 {
            #expect(tag(of: test.message, by: hmac).prefix(test.tag.count) == test.tag[...])
        }
    }

    @Test("agrees with every case of Wycheproof")
    func wycheproof() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Vectors/wycheproof_hmac_sha256_test.json")
        let vectors = try JSONDecoder().decode(Wycheproof.self, from: Data(contentsOf: file))
        var count = 0
        for group in vectors.testGroups {
            for test in group.tests {
                let hmac = try HMACSHA256(key: SecretBytes(copying: hexadecimal(test.key)))
                let message = hexadecimal(test.msg)
                let wanted = hexadecimal(test.tag)
                #expect(wanted.count == group.tagSize / 8)
                let isEqual = tag(of: message, by: hmac).prefix(wanted.count) == wanted[...]
                #expect(isEqual == (test.result == "valid"), "case \(test.tcId)")
                if group.tagSize == 256 {
                    #expect(isValid(wanted, for: message, by: hmac) == (test.result == "valid"), "case \(test.tcId)")
                }
                count += 1
            }
        }
        #expect(count == vectors.numberOfTests)
    }

    @Test("refuses a tag with any bit changed and a tag of another length")
    func refusesForgery() throws {
        let hmac = try HMACSHA256(key: SecretBytes(randomCount: 32))
        let message = Array("message".utf8)
        let good = tag(of: message, by: hmac)
        #expect(isValid(good, for: message, by: hmac))
        for bit in 0..<256 {
            var bad = good
            bad[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!isValid(bad, for: message, by: hmac))
        }
        #expect(!isValid([], for: message, by: hmac))
        #expect(!isValid(Array(good.dropLast()), for: message, by: hmac))
        #expect(!isValid(good + [0], for: message, by: hmac))
        #expect(!isValid(good, for: [], by: hmac))
    }

    @Test("takes an empty key and an empty message")
    func empty() throws {
        let hmac = try HMACSHA256(key: SecretBytes(copying: [UInt8]()))
        let wanted = hexadecimal("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
        #expect(tag(of: [], by: hmac) == wanted)
        #expect(tag(of: [], by: hmac) == wanted)
    }

    private func tag(of message: [UInt8], by hmac: HMACSHA256) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: HMACSHA256.tagByteCount)
        message.withUnsafeBytes { message in tag.withUnsafeMutableBytes { hmac.authenticate(message, into: $0) } }
        return tag
    }

    private func isValid(_ tag: [UInt8], for message: [UInt8], by hmac: HMACSHA256) -> Bool {
        tag.withUnsafeBytes { tag in message.withUnsafeBytes { hmac.isValid(tag, for: $0) } }
    }
}

private struct Wycheproof: Decodable {
    struct Group: Decodable {
        let tagSize: Int
        let tests: [Test]
    }

    struct Test: Decodable {
        let tcId: Int
        let key: String
        let msg: String
        let tag: String
        let result: String
    }

    let numberOfTests: Int
    let testGroups: [Group]
}
