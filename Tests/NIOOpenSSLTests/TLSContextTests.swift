import Foundation
import Testing

@testable import NIOOpenSSL

@Suite("Loading certificates and keys")
struct TLSContextTests {
    private func load(_ certificate: String, _ key: String) throws(TLSError) -> TLSContext {
        try TLSContext(server: Contexts.serverConfiguration(certificate, key: key))
    }

    @Test(
        "ECDSA, RSA and chains load",
        arguments: [
            ("server.pem", "server-key.pem"), ("rsa.pem", "rsa-key.pem"), ("chain.pem", "server-key.pem"),
            ("expired.pem", "server-key.pem"),
        ])
    func loads(certificate: String, key: String) throws {
        let context = try load(certificate, key)
        #expect(context.certificate?.subject.hasPrefix("/CN=") == true)
    }

    @Test(
        "a bad pair is refused with the file's name and the reason",
        arguments: [
            ("missing.pem", "server-key.pem", TLSError.Code.fileUnreadable, "missing.pem: No such file"),
            ("server.pem", "missing.pem", .fileUnreadable, "missing.pem: No such file"),
            ("noise.pem", "server-key.pem", .certificateInvalid, "noise.pem: holds no certificate"),
            ("empty.pem", "server-key.pem", .certificateInvalid, "empty.pem: holds no certificate"),
            ("server-key.pem", "server-key.pem", .certificateInvalid, "server-key.pem: holds no certificate"),
            ("damaged.pem", "server-key.pem", .certificateInvalid, "damaged.pem: "),
            ("server.pem", "noise.pem", .privateKeyInvalid, "noise.pem: holds no usable private key"),
            ("server.pem", "server.pem", .privateKeyInvalid, "server.pem: holds no usable private key"),
            ("server.pem", "rsa-key.pem", .keyMismatch, "rsa-key.pem: the private key does not belong"),
            ("server.pem", "intermediate-key.pem", .keyMismatch, "intermediate-key.pem: the private key does not"),
            (
                "server.pem", "encrypted-key.pem", .privateKeyEncrypted,
                "encrypted-key.pem: the private key is encrypted"
            ),
            ("weak.pem", "weak-key.pem", .certificateInvalid, "weak.pem: ee key too small"),
        ])
    func refuses(certificate: String, key: String, code: TLSError.Code, reason: String) throws {
        let error = try #require(throws: TLSError.self) { try self.load(certificate, key) }
        #expect(error.code == code)
        #expect(error.reason.contains(TestCertificates.shared.path("")))
        #expect(error.reason.contains(reason), "\(error.reason)")
    }

    @Test("a summary tells of validity and issuer")
    func summary() throws {
        let good = try #require(try load("server.pem", "server-key.pem").certificate)
        let now = Int64(Date().timeIntervalSince1970)
        #expect(good.subject == "/CN=server" && good.issuer == "/CN=ca" && !good.isSelfIssued)
        #expect(good.notBefore <= now + 1 && good.notAfter > now + 29 * 86_400)
        let expired = try #require(try load("expired.pem", "server-key.pem").certificate)
        #expect(expired.notAfter < now)
    }

    @Test("a trust file that is none is refused", arguments: ["missing.pem", "noise.pem"])
    func trustFile(name: String) throws {
        let error = try #require(throws: TLSError.self) { try Contexts.client(authority: name) }
        #expect(error.reason.contains(name))
    }

    @Test("ALPN names have 1 to 255 bytes", arguments: ["", String(repeating: "a", count: 256)])
    func badProtocolName(name: String) {
        #expect(throws: TLSError.self) { try Contexts.server(protocols: [name]) }
        #expect(throws: TLSError.self) { try Contexts.client(protocols: [name]) }
    }

    @Test("the server's preference decides among the client's offers")
    func chooseProtocol() throws {
        let ours = try ApplicationProtocols(["h2", "http/1.1"])
        func choose(_ offer: [UInt8]) -> Range<Int>? { offer.withUnsafeBufferPointer { ours.choose(from: $0) } }
        #expect(choose(try ApplicationProtocols(["http/1.1", "h2"]).wire) == 10..<12)
        #expect(choose(try ApplicationProtocols(["x", "http/1.1"]).wire) == 3..<11)
        #expect(choose(try ApplicationProtocols(["spdy"]).wire) == nil)
        #expect(choose([]) == nil)
        #expect(choose([200, 1, 2]) == nil)
        #expect(choose([0, 0, 2]) == nil)
    }
}
