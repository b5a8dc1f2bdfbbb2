import COpenSSL
import NIOCore
import Testing

@testable import NIOOpenSSL

@Suite("Handshakes")
struct HandshakeTests {
    static let versions = [TLSVersion.tls12, .tls13]

    @Test("both versions agree on ALPN and an AEAD suite", arguments: versions, ["server.pem", "rsa.pem", "chain.pem"])
    func agreement(version: TLSVersion, certificate: String) throws {
        let key = certificate == "rsa.pem" ? "rsa-key.pem" : "server-key.pem"
        let pair = try Pair(
            client: Contexts.client(maximum: version), server: Contexts.server(certificate, key: key)
        ).handshake()
        let facts = try #require(pair.client.app.handshakes.first)
        // Only the client is shown a certificate.
        let seen = TLSHandshakeCompleted(
            applicationProtocol: facts.applicationProtocol, version: facts.version, cipherSuite: facts.cipherSuite,
            isResumed: facts.isResumed, peerCertificate: nil)
        #expect(pair.server.app.handshakes == [seen])
        #expect(facts.peerCertificate?.subject.hasPrefix("/CN=") == true)
        #expect(facts.version == version)
        #expect(facts.applicationProtocol == "http/1.1")
        #expect(!facts.isResumed)
        #expect(facts.cipherSuite.contains("GCM") || facts.cipherSuite.contains("POLY1305"))
        #expect(version == .tls13 || facts.cipherSuite.hasPrefix("ECDHE"))
        #expect(pair.client.app.errors.isEmpty && pair.server.app.errors.isEmpty)
    }

    @Test("the handshake arrives in single bytes", arguments: versions)
    func singleBytes(version: TLSVersion) throws {
        let pair = try Pair(client: Contexts.client(maximum: version))
        pair.pieces = 1
        try pair.handshake()
        #expect(pair.client.app.handshakes.count == 1 && pair.server.app.handshakes.count == 1)
        pair.client.say("hello")
        pair.carry()
        #expect(pair.server.app.text == "hello")
    }

    @Test("a client without ALPN is served, one with foreign protocols gets no_application_protocol")
    func applicationProtocols() throws {
        let without = try Pair(client: Contexts.client(protocols: [])).handshake()
        #expect(without.server.app.handshakes.map(\.applicationProtocol) == [nil])
        let foreign = try Pair(client: Contexts.client(protocols: ["h2", "spdy/3"])).handshake()
        #expect(foreign.server.app.tlsErrors == [.handshakeFailed])
        #expect(foreign.client.app.tlsErrors == [.handshakeFailed])
        let reason = (foreign.client.app.errors.first as? TLSError)?.reason
        #expect(reason?.contains("no application protocol") == true, "\(reason ?? "")")
    }

    @Test("versions without overlap fail on both sides")
    func noCommonVersion() throws {
        let pair = try Pair(
            client: Contexts.client(minimum: .tls13), server: Contexts.server(maximum: .tls12)
        ).handshake()
        #expect(pair.client.app.tlsErrors == [.handshakeFailed])
        #expect(pair.server.app.tlsErrors == [.handshakeFailed])
        #expect(pair.client.wire.isClosed && pair.server.wire.isClosed)
    }

    @Test(
        "names and addresses of the certificate are accepted",
        arguments: [
            ("server.pem", "localhost"), ("server.pem", "127.0.0.1"), ("server.pem", "::1"), ("chain.pem", "localhost"),
            ("wildcard.pem", "chat.example.org"),
        ], versions)
    func acceptedNames(names: (String, String), version: TLSVersion) throws {
        let pair = try Pair(
            client: Contexts.client(maximum: version), server: Contexts.server(names.0), host: names.1
        ).handshake()
        #expect(pair.client.app.handshakes.count == 1, "\(pair.client.app.errors)")
    }

    @Test(
        "a certificate that does not fit is rejected, and the server hears the alert",
        arguments: [
            ("wrong-name.pem", "localhost", "ostname mismatch"),
            ("server.pem", "elsewhere.example", "ostname mismatch"),
            ("server.pem", "127.0.0.2", "IP address mismatch"), ("wildcard.pem", "a.b.example.org", "ostname mismatch"),
            ("expired.pem", "localhost", "expired"), ("deep.pem", "localhost", "unable to get local issuer"),
        ], versions)
    func rejected(names: (String, String, String), version: TLSVersion) throws {
        let pair = try Pair(
            client: Contexts.client(maximum: version), server: Contexts.server(names.0), host: names.1
        ).handshake()
        let error = try #require(pair.client.app.errors.first as? TLSError)
        #expect(error.code == .certificateRejected)
        #expect(error.reason.contains(names.2), "\(error.reason)")
        #expect(pair.client.app.handshakes.isEmpty)
        #expect(!pair.server.app.tlsErrors.isEmpty)
        #expect(pair.client.wire.isClosed && pair.server.wire.isClosed)
    }

    @Test("an unknown authority is rejected, unless the client asked for insecurity by name")
    func unknownAuthority() throws {
        let strict = try Pair(client: Contexts.client(authority: "other-ca.pem")).handshake()
        #expect(strict.client.app.tlsErrors == [.certificateRejected])
        let loose = try Pair(
            client: Contexts.client(authority: nil, insecure: true), server: Contexts.server("wrong-name.pem"),
            host: nil
        ).handshake()
        #expect(loose.client.app.handshakes.count == 1)
    }

    @Test("a verifying client without a host name, or with none that can be one, does not start", arguments: [nil, ""])
    func missingName(name: String?) throws {
        let pair = try Pair(host: name).handshake()
        #expect(pair.client.app.tlsErrors == [.configurationInvalid])
        #expect(pair.client.wire.isClosed)
    }

    @Test("writes before the handshake wait for it and keep their order")
    func earlyWrites() throws {
        let pair = try Pair()
        let first = pair.client.say("one ")
        let second = pair.client.say("two ")
        let unflushed = pair.client.write("three")
        var isDone = false
        second.assumeIsolated().whenSuccess { isDone = true }
        #expect(!isDone)
        try pair.handshake()
        #expect(isDone)
        #expect(pair.server.app.text == "one two ")
        pair.client.channel.flush()
        pair.carry()
        #expect(pair.server.app.text == "one two three")
        try first.now()
        try unflushed.now()
    }

    @Test("without autoRead the handshake reads by itself")
    func readsByItself() throws {
        let pair = try Pair()
        try pair.server.connect()
        try pair.client.connect()
        let before = pair.server.wire.reads
        pair.server.deliver(pair.client.takeSent(), pieces: 50)
        #expect(pair.server.wire.reads > before)
    }

    @Test("a handshake that is not done by its deadline is given up", arguments: [true, false])
    func deadline(isServer: Bool) throws {
        let pair = try Pair()
        let side = isServer ? pair.server : pair.client
        try side.connect()
        let early = side.say("never")
        pair.advance(by: .milliseconds(9_999))
        #expect(!side.wire.isClosed)
        pair.advance(by: .milliseconds(1))
        #expect(side.wire.isClosed)
        #expect(side.app.tlsErrors == [.handshakeTimedOut])
        #expect(throws: TLSError.self) { try early.now() }
    }

    @Test("the deadline does not touch a finished handshake")
    func deadlineAfterwards() throws {
        let pair = try Pair().handshake()
        pair.advance(by: .hours(1))
        #expect(!pair.server.wire.isClosed && !pair.client.wire.isClosed)
    }

    @Test("a peer that sends handshake bytes without end is cut off")
    func endlessHandshake() throws {
        var configuration = TLSHandlerConfiguration()
        configuration.maximumHandshakeBytes = 100
        let pair = try Pair(configuration: configuration).handshake()
        #expect(pair.server.app.tlsErrors == [.handshakeTooLarge])
    }

    @Test("a peer that vanishes after any number of handshake bytes fails the handshake", arguments: versions)
    func vanishing(version: TLSVersion) throws {
        let client = try Contexts.client(maximum: version)
        let server = try Contexts.server()
        for cut in 0..<40 {
            let pair = try Pair(client: client, server: server)
            try pair.server.connect()
            try pair.client.connect()
            let hello = pair.client.takeSent()
            let part = try #require(hello.getSlice(at: hello.readerIndex, length: hello.readableBytes * cut / 40))
            pair.server.deliver(part)
            let queued = pair.server.say("never")
            cut.isMultiple(of: 2) ? pair.server.vanish() : pair.server.deliverFin()
            #expect(pair.server.app.tlsErrors == [.handshakeFailed])
            #expect(pair.server.wire.isClosed)
            #expect(throws: (any Error).self) { try queued.now() }
            pair.client.vanish()
            #expect(pair.client.app.tlsErrors == [.handshakeFailed])
        }
    }
}
