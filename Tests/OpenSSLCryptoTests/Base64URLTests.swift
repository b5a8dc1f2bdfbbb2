import TestTools
import Testing

@testable import OpenSSLCrypto

@Suite("Strict base64url")
struct Base64URLTests {
    @Test(
        "encodes and decodes RFC 4648 section 10, without its padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ])
    func rfc4648(plain: String, encoded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
        #expect(Base64URL.encodedCount(ofBytes: plain.utf8.count) == encoded.utf8.count)
        #expect(Base64URL.decodedCount(ofDigits: encoded.utf8.count) == plain.utf8.count)
    }

    @Test(
        "refuses what is not the one spelling of a value",
        arguments: [
            "Zg==", "Zm8=", "Zm9v=", "=", "Zh", "Zm9", "Zm9vYh", "Z", "Zm9vY", "Zm 9v", " Zm9v", "Zm9v\n", "Zm+v",
            "Zm/v", "Zm9\u{0}", "Zm9é", "____-", "Zm.v",
        ])
    func refuses(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("uses the two digits of its own alphabet")
    func alphabet() {
        #expect(Base64URL.encode([0xFB, 0xFF, 0xFE]) == "-__-")
        #expect(Base64URL.decode("-__-") == [0xFB, 0xFF, 0xFE])
        #expect([0xFB, 0xFF, 0xFE].withUnsafeBytesOfBytes { Base64Alphabet.standard.encode($0) } == "+//+")
    }

    @Test("gives every length back as it was, and no other text of the same length decodes to it")
    func roundTrip() {
        var generator = SeededGenerator(seed: 4648)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = Base64URL.encode(bytes)
            #expect(Base64URL.decode(text) == bytes)
            guard var changed = text.isEmpty ? nil : Array(text.utf8) else { continue }
            changed[changed.count - 1] = changed[changed.count - 1] == 65 ? 66 : 65
            #expect(Base64URL.decode(String(decoding: changed, as: UTF8.self)) != bytes)
        }
    }

    @Test("decodes no more than there is room for, and never traps on noise")
    func noise() {
        var generator = SeededGenerator(seed: 1)
        var room = [UInt8](repeating: 0, count: 24)
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let count = text.withUnsafeBytes { text in
                room.withUnsafeMutableBytes { Base64URL.decode(text, into: $0) }
            }
            if let count { #expect(Base64URL.encode(Array(room[..<count])) == String(decoding: text, as: UTF8.self)) }
        }
        let long = Array("Zm9v".utf8).withUnsafeBytes { text in
            withUnsafeMutableBytes(of: &room[0]) { Base64URL.decode(text, into: $0) }
        }
        #expect(long == nil)
    }
}

extension [Int] {
    fileprivate func withUnsafeBytesOfBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        map { UInt8($0) }.withUnsafeBytes(body)
    }
}
