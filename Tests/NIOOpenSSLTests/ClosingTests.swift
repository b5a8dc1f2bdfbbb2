import NIOCore
import Testing

@testable import NIOOpenSSL

@Suite("Closing")
struct ClosingTests {
    @Test(
        "a close reaches the peer as close_notify, both ends go down without an error",
        arguments: HandshakeTests.versions)
    func orderly(version: TLSVersion) throws {
        let pair = try Pair(client: Contexts.client(maximum: version), halfClosure: false).handshake()
        let closed = pair.client.channel.close()
        #expect(pair.client.wire.isFinSent && !pair.client.wire.isClosed)
        pair.carry()
        try closed.now()
        #expect(pair.client.wire.isClosed && pair.server.wire.isClosed)
        #expect(pair.client.app.errors.isEmpty && pair.server.app.errors.isEmpty)
        #expect(pair.client.app.isInactive && pair.server.app.isInactive)
        #expect(pair.server.app.inputClosed == 0)
    }

    @Test("with half closure the peer's end is an event and our direction stays open")
    func halfClosed() throws {
        let pair = try Pair().handshake()
        pair.client.say("request")
        let output = pair.client.channel.close(mode: .output)
        pair.carry()
        try output.now()
        #expect(pair.server.app.inputClosed == 1)
        #expect(!pair.server.wire.isClosed && !pair.client.wire.isClosed)
        #expect(throws: ChannelError.outputClosed) { try pair.client.say("more").now() }
        pair.server.say("answer")
        pair.carry()
        #expect(pair.client.app.text == "answer")
        let closed = pair.server.channel.close()
        pair.carry()
        try closed.now()
        #expect(pair.client.wire.isClosed)
        #expect(pair.client.app.errors.isEmpty && pair.server.app.errors.isEmpty)
    }

    @Test("both sides closing at once is orderly")
    func crossing() throws {
        let pair = try Pair().handshake()
        let futures = [pair.client.channel.close(), pair.server.channel.close()]
        pair.carry()
        for future in futures { try future.now() }
        #expect(pair.client.app.errors.isEmpty && pair.server.app.errors.isEmpty)
    }

    @Test("a FIN without close_notify is a truncation", arguments: [true, false])
    func truncated(halfClosure: Bool) throws {
        let pair = try Pair(halfClosure: halfClosure).handshake()
        pair.client.say("data")
        pair.carry()
        if halfClosure { pair.server.deliverFin() } else { pair.server.vanish() }
        #expect(pair.server.app.text == "data")
        #expect(pair.server.app.tlsErrors == [.truncated])
        #expect(pair.server.wire.isClosed)
        #expect(pair.server.app.inputClosed == 0)
    }

    @Test("half a record before the end is a truncation too")
    func cutRecord() throws {
        let pair = try Pair().handshake()
        pair.client.say("data")
        var bytes = pair.client.takeSent()
        let head = bytes.readSlice(length: bytes.readableBytes - 1)
        pair.server.deliver(try #require(head))
        pair.server.deliverFin()
        #expect(pair.server.app.text.isEmpty)
        #expect(pair.server.app.tlsErrors == [.truncated])
    }

    @Test("data after close_notify is not delivered")
    func afterTheEnd() throws {
        let pair = try Pair().handshake()
        pair.client.channel.close(mode: .output, promise: nil)
        pair.server.deliver(pair.client.takeSent())
        pair.server.deliver(ByteBuffer(repeating: 23, count: 4000))
        #expect(pair.server.app.reads.isEmpty && pair.server.app.errors.isEmpty)
    }

    @Test("a peer that takes nothing holds a close for five seconds at most")
    func stuckClose() throws {
        let pair = try Pair().handshake()
        pair.server.wire.isFull = true
        let written = pair.server.say("stuck")
        let closed = pair.server.channel.close()
        pair.advance(by: .milliseconds(4_999))
        #expect(!pair.server.wire.isClosed)
        pair.advance(by: .milliseconds(1))
        #expect(pair.server.wire.isClosed)
        try closed.now()
        #expect(throws: ChannelError.ioOnClosedChannel) { try written.now() }
    }

    @Test("a peer that never ends its direction holds a close for one second at most, and goes on unheard")
    func boundedDrain() throws {
        let pair = try Pair().handshake()
        let closed = pair.server.channel.close()
        #expect(pair.server.wire.isFinSent && !pair.server.wire.isClosed)
        pair.client.say("late")
        pair.server.deliver(pair.client.takeSent())
        #expect(pair.server.app.reads.isEmpty)
        pair.advance(by: .seconds(1))
        try closed.now()
        #expect(pair.server.wire.isClosed)
    }

    @Test("draining is bounded in bytes")
    func floodedDrain() throws {
        let pair = try Pair().handshake()
        pair.server.channel.close(promise: nil)
        for _ in 0..<4 { pair.server.deliver(ByteBuffer(repeating: 0, count: 65_536)) }
        #expect(pair.server.wire.isClosed)
    }

    @Test("writes after a close fail, writes that were never flushed fail, and every promise is kept")
    func lostWrites() throws {
        let pair = try Pair(halfClosure: false).handshake()
        let unflushed = pair.client.write("never flushed")
        let closed = pair.client.channel.close()
        #expect(throws: ChannelError.ioOnClosedChannel) { try unflushed.now() }
        #expect(throws: ChannelError.ioOnClosedChannel) { try pair.client.say("late").now() }
        let again = pair.client.channel.close()
        pair.carry()
        try closed.now()
        try again.now()
        #expect(throws: (any Error).self) { try pair.client.say("later").now() }
        #expect(throws: ChannelError.alreadyClosed) { try pair.client.channel.close().now() }
    }

    @Test("a close in the handshake is immediate and fails what was queued")
    func closeInHandshake() throws {
        let pair = try Pair()
        try pair.client.connect()
        let queued = pair.client.say("never")
        try pair.client.channel.close().now()
        #expect(pair.client.wire.isClosed)
        #expect(throws: (any Error).self) { try queued.now() }
    }

    @Test("a reset in the middle of writing fails the promises")
    func resetWhileWriting() throws {
        let pair = try Pair().handshake()
        pair.server.wire.isFull = true
        let flushed = pair.server.say("flushed")
        let unflushed = pair.server.write("unflushed")
        pair.server.vanish()
        #expect(throws: ChannelError.ioOnClosedChannel) { try flushed.now() }
        #expect(throws: (any Error).self) { try unflushed.now() }
        #expect(pair.server.app.tlsErrors == [.truncated])
    }

    @Test("an application that closes inside channelRead gets no more reads")
    func closeInsideRead() throws {
        let pair = try Pair(halfClosure: false).handshake()
        pair.server.app.onRead = { $0.close(promise: nil) }
        pair.client.say("one")
        let first = pair.client.takeSent()
        pair.client.say("two")
        pair.server.deliver(first)
        pair.carry()
        #expect(pair.server.app.text == "one")
        #expect(pair.server.wire.isClosed && pair.client.wire.isClosed)
    }

    @Test("closing only the input is not supported")
    func inputClose() throws {
        let pair = try Pair().handshake()
        #expect(throws: ChannelError.operationUnsupported) { try pair.client.channel.close(mode: .input).now() }
    }
}
