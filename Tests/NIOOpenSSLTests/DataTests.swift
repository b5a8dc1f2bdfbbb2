import COpenSSL
import NIOCore
import Testing

@testable import NIOOpenSSL

@Suite("Data in pipeline mode")
struct DataTests {
    @Test("data goes both ways", arguments: HandshakeTests.versions)
    func bothWays(version: TLSVersion) throws {
        let pair = try Pair(client: Contexts.client(maximum: version)).handshake()
        pair.client.say("ping")
        pair.carry()
        pair.server.say("pong")
        pair.carry()
        #expect(pair.server.app.reads == ["ping"])
        #expect(pair.client.app.reads == ["pong"])
    }

    @Test("megabytes arrive whole, whatever the pieces", arguments: [Int.max, 65_536, 1_000, 17_000])
    func large(pieces: Int) throws {
        let pair = try Pair().handshake()
        pair.pieces = pieces
        let text = String(repeating: "0123456789abcdef", count: 3 * 65_536)
        let written = pair.client.say(text)
        pair.carry()
        try written.now()
        #expect(pair.server.app.text == text)
    }

    @Test("a record cut at every byte arrives once it is whole", arguments: HandshakeTests.versions)
    func cutAnywhere(version: TLSVersion) throws {
        let pair = try Pair(client: Contexts.client(maximum: version)).handshake()
        pair.client.say("warm up")
        pair.carry()
        pair.client.say("x")
        let size = pair.client.wire.sent.readableBytes
        pair.carry()
        for cut in 1..<size {
            pair.server.app.reads = []
            pair.client.say("y")
            var bytes = pair.client.takeSent()
            let head = bytes.readSlice(length: cut)
            pair.server.deliver(try #require(head))
            #expect(pair.server.app.reads.isEmpty)
            pair.server.deliver(bytes)
            #expect(pair.server.app.reads == ["y"])
        }
    }

    @Test("a burst of records is one channelRead")
    func burst() throws {
        let pair = try Pair().handshake()
        for part in ["a", "b", "c"] { pair.client.say(part) }
        #expect(pair.client.wire.sent.readableBytes > 3 * 20)
        pair.carry()
        #expect(pair.server.app.reads == ["abc"])
        #expect(pair.server.app.readCompletes == 1)
    }

    @Test("writes of one flush join into one record and one write")
    func joining() throws {
        let pair = try Pair().handshake()
        let before = (pair.server.wire.writes, pair.server.wire.flushes)
        for _ in 0..<100 { _ = pair.server.write("0123456789") }
        #expect(pair.server.wire.writes == before.0)
        pair.server.channel.flush()
        #expect(pair.server.wire.writes == before.0 + 1 && pair.server.wire.flushes == before.1 + 1)
        #expect(pair.server.wire.sent.readableBytes == 1000 + 22)
        pair.carry()
        #expect(pair.client.app.bytes == 1000)
    }

    @Test("a promise is kept when the kernel took the bytes, no sooner")
    func promises() throws {
        let pair = try Pair().handshake()
        pair.client.wire.isFull = true
        var done = 0
        let first = pair.client.write("one")
        let second = pair.client.write("two")
        for future in [first, second] { future.assumeIsolated().whenSuccess { done += 1 } }
        #expect(done == 0)
        pair.client.channel.flush()
        #expect(done == 0)
        pair.client.wire.isFull = false
        #expect(done == 2)
    }

    @Test("empty writes keep their promises and send nothing")
    func emptyWrites() throws {
        let pair = try Pair().handshake()
        let before = pair.client.wire.writes
        try pair.client.say("").now()
        #expect(pair.client.wire.writes == before)
        let empty = pair.client.write("")
        let full = pair.client.say("x")
        try empty.now()
        try full.now()
        pair.carry()
        #expect(pair.server.app.text == "x")
    }

    @Test("a read that brought no plaintext is asked for again, one that did is not")
    func backPressure() throws {
        let pair = try Pair().handshake()
        pair.client.say("one")
        pair.carry()
        pair.client.say("two")
        var bytes = pair.client.takeSent()
        let head = bytes.readSlice(length: 4)
        pair.server.channel.read()
        let before = pair.server.wire.reads
        pair.server.deliver(try #require(head))
        #expect(pair.server.wire.reads == before + 1)
        pair.server.deliver(bytes)
        #expect(pair.server.app.text == "onetwo")
        #expect(pair.server.wire.reads == before + 1)
    }

    @Test("a key update is answered and data goes on", arguments: [true, false])
    func keyUpdate(asking: Bool) throws {
        let pair = try Pair().handshake()
        for round in 0..<3 {
            #expect(try #require(pair.client.tls.connection).updateKeys(askingPeer: asking))
            pair.client.say("up\(round) ")
            pair.carry()
            pair.server.say("down\(round) ")
            pair.carry()
        }
        #expect(pair.server.app.text == "up0 up1 up2 ")
        #expect(pair.client.app.text == "down0 down1 down2 ")
        #expect(pair.client.app.errors.isEmpty && pair.server.app.errors.isEmpty)
    }

    @Test("TLS 1.2 has no key update, and renegotiation is refused")
    func renegotiation() throws {
        let pair = try Pair(client: Contexts.client(maximum: .tls12)).handshake()
        let connection = try #require(pair.client.tls.connection)
        #expect(!connection.updateKeys(askingPeer: true))
        // The client side refuses it as well; a hostile one would not.
        SSL_clear_options(connection.ssl, COpenSSL_SSL_OP_NO_RENEGOTIATION)
        #expect(SSL_renegotiate(connection.ssl) == 1)
        pair.client.say("again?")
        pair.carry()
        #expect(pair.server.app.handshakes.count == 1)
        #expect(pair.client.app.handshakes.count == 1)
        #expect(pair.client.app.tlsErrors == [.protocolViolation], "\(pair.client.app.errors)")
        #expect(pair.server.app.text.isEmpty)
    }

    @Test("connections of one loop may interleave their writes")
    func interleaving() throws {
        let pair = try Pair().handshake()
        let receiver = Receiver()
        pair.server.tls.attach(receiver: receiver)
        // The server's bytes wait in the loop's buffer while the client uses it.
        Array("first ".utf8).withUnsafeBytes { pair.server.tls.writeDirect($0) }
        pair.client.say("meanwhile")
        Array("second".utf8).withUnsafeBytes { pair.server.tls.writeDirect($0) }
        pair.client.say(" more")
        pair.server.tls.flushDirect()
        pair.carry()
        #expect(pair.client.app.text == "first second")
        #expect(receiver.text == "meanwhile more")
    }
}
