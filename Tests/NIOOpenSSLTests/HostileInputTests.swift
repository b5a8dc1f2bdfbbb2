import NIOCore
import TestTools
import Testing

@testable import NIOOpenSSL

@Suite("Hostile input")
struct HostileInputTests {
    @Test(
        "something that is no TLS gets an alert or nothing, and the connection goes down",
        arguments: [
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
            "\u{16}\u{3}\u{1}\u{0}\u{4}\u{1}\u{0}\u{0}\u{0}",
            String(repeating: "\0", count: 64),
        ])
    func noise(text: String) throws {
        let pair = try Pair()
        try pair.server.connect()
        pair.server.deliver(ByteBuffer(string: text))
        #expect(pair.server.app.tlsErrors == [.handshakeFailed])
        pair.advance(by: .seconds(1))
        #expect(pair.server.wire.isClosed)
        #expect(pair.server.app.handshakes.isEmpty)
    }

    @Test("an alert leaves before the sending side is shut down, and the rest is drained")
    func alertLeaves() throws {
        let pair = try Pair()
        try pair.server.connect()
        pair.server.deliver(ByteBuffer(bytes: [22, 3, 1, 0, 4, 99, 0, 0, 0]))
        let sent = pair.server.takeSent()
        #expect(sent.getInteger(at: 0, as: UInt8.self) == 21)
        #expect(pair.server.wire.isFinSent && !pair.server.wire.isClosed)
        pair.server.deliver(ByteBuffer(repeating: 0, count: 1000))
        #expect(!pair.server.wire.isClosed)
        pair.server.deliverFin()
        #expect(pair.server.wire.isClosed)
    }

    @Test("random bytes never trap, in the handshake or after it, in either role", arguments: 0..<24)
    func randomBytes(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pair = try Pair()
        let isOpen = seed.isMultiple(of: 2)
        if isOpen {
            try pair.handshake()
        } else {
            try pair.server.connect()
            try pair.client.connect()
        }
        for side in [pair.client, pair.server] {
            for _ in 0..<20 {
                var bytes = (0..<Int.random(in: 1..<200, using: &generator)).map { _ in
                    UInt8.random(in: .min ... .max, using: &generator)
                }
                // Half of it looks like the start of a record, so that it gets past the first check.
                if .random(using: &generator) { bytes.insert(contentsOf: [UInt8(20 + seed % 4), 3, 3, 0, 40], at: 0) }
                side.deliver(ByteBuffer(bytes: bytes), pieces: Int.random(in: 1..<300, using: &generator))
            }
        }
        pair.advance(by: .seconds(20))
        for side in [pair.client, pair.server] {
            #expect(side.wire.isClosed)
            #expect(side.app.tlsErrors.count == 1)
            #expect(side.app.reads.isEmpty)
        }
    }

    @Test("a flipped bit anywhere in a record is found, and both sides learn of it", arguments: HandshakeTests.versions)
    func flippedBit(version: TLSVersion) throws {
        let client = try Contexts.client(maximum: version)
        let server = try Contexts.server()
        for place in 5..<27 {
            let pair = try Pair(client: client, server: server).handshake()
            pair.client.say("x")
            var bytes = pair.client.takeSent()
            guard place < bytes.readableBytes else { break }
            let old = try #require(bytes.getInteger(at: place, as: UInt8.self))
            bytes.setInteger(old ^ 1, at: place)
            pair.server.deliver(bytes)
            pair.carry()
            #expect(pair.server.app.tlsErrors == [.protocolViolation])
            #expect(pair.client.app.tlsErrors == [.protocolViolation])
            #expect(pair.server.app.reads.isEmpty)
            #expect(pair.server.wire.isClosed && pair.client.wire.isClosed)
        }
    }

    @Test("good data before a bad record is delivered")
    func goodBeforeBad() throws {
        let pair = try Pair().handshake()
        pair.client.say("good")
        var bytes = pair.client.takeSent()
        bytes.writeBytes([23, 3, 3, 0, 20] + [UInt8](repeating: 7, count: 20))
        pair.server.deliver(bytes)
        #expect(pair.server.app.reads == ["good"])
        #expect(pair.server.app.tlsErrors == [.protocolViolation])
    }

    @Test("one connection's failure leaves no trace in another's")
    func errorQueueIsClean() throws {
        let healthy = try Pair().handshake()
        let broken = try Pair()
        try broken.server.connect()
        broken.server.deliver(ByteBuffer(string: "GET / HTTP/1.0\r\n\r\n"))
        healthy.client.say("fine")
        healthy.carry()
        #expect(healthy.server.app.text == "fine" && healthy.server.app.errors.isEmpty)
    }
}
