import COpenSSL
import NIOCore
import Testing

@testable import NIOOpenSSL

@Suite("Direct mode")
struct DirectModeTests {
    /// A pair whose server end is a receiver.
    private func makePair(
        configuration: TLSHandlerConfiguration = .init(), halfClosure: Bool = true
    ) throws -> (Pair, Receiver) {
        let pair = try Pair(configuration: configuration, halfClosure: halfClosure).handshake()
        let receiver = Receiver()
        pair.server.tls.attach(receiver: receiver)
        return (pair, receiver)
    }

    private func write(_ text: String, _ side: Side) {
        Array(text.utf8).withUnsafeBytes { side.tls.writeDirect($0) }
    }

    @Test("plaintext goes to the receiver and not to the pipeline")
    func receiving() throws {
        let (pair, receiver) = try makePair()
        pair.client.say("a")
        pair.client.say("b")
        pair.carry()
        #expect(receiver.calls == [.received("ab"), .readCompleted])
        #expect(pair.server.app.reads.isEmpty && pair.server.app.readCompletes == 0)
    }

    @Test("the receiver may change what it gets in place")
    func inPlace() throws {
        let (pair, receiver) = try makePair()
        receiver.onReceived = { bytes in for index in bytes.indices { bytes[index] ^= 0xFF } }
        for _ in 0..<3 {
            pair.client.say("unmask me")
            pair.carry()
        }
        #expect(receiver.text == "unmask meunmask meunmask me")
    }

    @Test("writes of one flush are one write of records of at most 16 KiB")
    func sending() throws {
        let (pair, _) = try makePair()
        let before = (pair.server.wire.writes, pair.server.wire.flushes)
        write("small", pair.server)
        write(String(repeating: "x", count: 40_000), pair.server)
        #expect(pair.server.wire.writes == before.0)
        pair.server.tls.flushDirect()
        #expect(pair.server.wire.writes == before.0 + 1)
        #expect(pair.server.wire.sent.readableBytes == 5 + 40_000 + 4 * 22)
        pair.carry()
        #expect(pair.client.app.bytes == 40_005)
        pair.server.tls.flushDirect()
        #expect(pair.server.wire.writes == before.0 + 1)
    }

    @Test("a full kernel shows, and its end is reported once")
    func blocked() throws {
        let (pair, receiver) = try makePair()
        #expect(!pair.server.tls.hasUnsentBytes)
        pair.server.wire.isFull = true
        write("one", pair.server)
        pair.server.tls.flushDirect()
        #expect(pair.server.tls.hasUnsentBytes)
        write("two", pair.server)
        pair.server.tls.flushDirect()
        #expect(receiver.calls.isEmpty)
        pair.server.wire.isFull = false
        #expect(!pair.server.tls.hasUnsentBytes)
        #expect(receiver.calls == [.writability(true)])
        write("three", pair.server)
        pair.server.tls.flushDirect()
        #expect(!pair.server.tls.hasUnsentBytes)
        #expect(receiver.calls == [.writability(true)])
        pair.carry()
        #expect(pair.client.app.text == "onetwothree")
    }

    @Test("the loop's output buffer is used again while the kernel takes all")
    func reuse() throws {
        let (pair, _) = try makePair()
        let buffers = try #require(pair.server.tls.connection?.buffers)
        func address() -> UnsafeRawPointer? { buffers.output.withVeryUnsafeBytes { $0.baseAddress } }
        write("x", pair.server)
        pair.server.tls.flushDirect()
        pair.carry()
        let first = address()
        for _ in 0..<10 {
            write("y", pair.server)
            pair.server.tls.flushDirect()
            #expect(address() == first)
        }
        pair.server.wire.isFull = true
        write("z", pair.server)
        pair.server.tls.flushDirect()
        #expect(address() != first)
        pair.server.wire.isFull = false
        pair.carry()
        #expect(pair.client.app.text == "xyyyyyyyyyyz")
    }

    @Test("a pause holds plaintext and reads back; resuming brings both")
    func pausing() throws {
        let (pair, receiver) = try makePair()
        pair.server.tls.pauseReading()
        let reads = pair.server.wire.reads
        pair.client.say("held")
        pair.carry()
        pair.server.channel.read()
        #expect(receiver.calls.isEmpty)
        #expect(pair.server.wire.reads == reads)
        pair.server.tls.resumeReading()
        #expect(receiver.calls == [.received("held"), .readCompleted])
        #expect(pair.server.wire.reads == reads + 1)
        pair.client.say(" flows")
        pair.carry()
        #expect(receiver.text == "held flows")
    }

    @Test("a pause inside the call stops after the memory in hand")
    func pausingInside() throws {
        let (pair, receiver) = try makePair()
        receiver.onReceived = { _ in pair.server.tls.pauseReading() }
        pair.client.say(String(repeating: "x", count: 300_000))
        pair.server.deliver(pair.client.takeSent())
        #expect(receiver.bytes == 64 * 1024)
        for _ in 0..<10 { pair.server.tls.resumeReading() }
        #expect(receiver.bytes == 300_000)
    }

    @Test("the end of the stream waits for what a pause holds back", arguments: [true, false])
    func pausedEnd(orderly: Bool) throws {
        let (pair, receiver) = try makePair()
        pair.server.tls.pauseReading()
        pair.client.say("last words")
        if orderly { pair.client.channel.close(mode: .output, promise: nil) }
        pair.server.deliver(pair.client.takeSent())
        pair.server.deliverFin()
        #expect(receiver.calls.isEmpty)
        pair.server.tls.resumeReading()
        #expect(receiver.calls.prefix(2) == [.received("last words"), .inputEnded(truncated: !orderly)])
        #expect(pair.server.wire.isClosed == !orderly)
    }

    @Test("what is held for a paused receiver is bounded")
    func pausedFlood() throws {
        let (pair, receiver) = try makePair()
        pair.server.tls.pauseReading()
        for _ in 0..<5 { pair.server.deliver(ByteBuffer(repeating: 0, count: 65_536)) }
        #expect(pair.server.wire.isClosed)
        #expect(receiver.calls == [.closed(.inputOverflow)])
    }

    @Test("after the peer's close_notify the receiver still writes, then closes in order")
    func peerCloses() throws {
        let (pair, receiver) = try makePair(halfClosure: false)
        pair.client.channel.close(mode: .output, promise: nil)
        pair.carry()
        #expect(receiver.calls == [.inputEnded(truncated: false)])
        write("answer", pair.server)
        pair.server.tls.flushDirect()
        pair.server.tls.closeDirect()
        pair.carry()
        #expect(pair.client.app.text == "answer")
        #expect(receiver.calls.last == .closed(nil))
        #expect(pair.client.app.errors.isEmpty)
    }

    @Test("closeDirect sends what was written, close_notify, and drains")
    func closing() throws {
        let (pair, receiver) = try makePair()
        write("goodbye", pair.server)
        pair.server.tls.closeDirect()
        pair.server.tls.closeDirect()
        #expect(pair.server.wire.isFinSent && !pair.server.wire.isClosed)
        write("dropped", pair.server)
        pair.server.tls.flushDirect()
        pair.carry()
        #expect(pair.client.app.text == "goodbye" && pair.client.app.inputClosed == 1)
        _ = pair.client.channel.close()
        pair.carry()
        #expect(receiver.calls == [.closed(nil)])
        #expect(pair.server.app.isInactive)
    }

    @Test("abort closes at once and writes nothing more")
    func aborting() throws {
        let (pair, receiver) = try makePair()
        write("lost", pair.server)
        pair.server.tls.abort()
        #expect(pair.server.wire.isClosed && pair.server.wire.sent.readableBytes == 0)
        #expect(receiver.calls == [.closed(nil)])
        pair.server.tls.abort()
        pair.server.tls.closeDirect()
        pair.server.tls.flushDirect()
        #expect(!pair.server.tls.hasUnsentBytes)
        #expect(receiver.calls == [.closed(nil)])
    }

    @Test("a peer that vanishes, cuts the stream or breaks the protocol is told by the last call")
    func badEnds() throws {
        let (vanished, first) = try makePair()
        vanished.server.vanish()
        #expect(first.calls == [.closed(.truncated)])
        let (cut, second) = try makePair()
        cut.server.deliverFin()
        #expect(second.calls == [.inputEnded(truncated: true), .closed(.truncated)])
        let (broken, third) = try makePair()
        broken.server.deliver(ByteBuffer(string: "nonsense, no record"))
        broken.carry()
        #expect(third.calls == [.closed(.protocolViolation)])
        #expect(broken.client.app.tlsErrors == [.protocolViolation])
        for pair in [vanished, cut, broken] { #expect(pair.server.app.errors.isEmpty) }
    }

    @Test("a receiver that attaches to a channel that is gone is told so")
    func lateAttach() throws {
        let pair = try Pair().handshake()
        pair.server.vanish()
        let receiver = Receiver()
        pair.server.tls.attach(receiver: receiver)
        #expect(receiver.calls == [.closed(.truncated)])
    }

    @Test("attaching inside channelRead leaves nothing behind in between")
    func attachInsideRead() throws {
        let pair = try Pair().handshake()
        let receiver = Receiver()
        pair.server.app.onRead = { _ in pair.server.tls.attach(receiver: receiver) }
        pair.client.say("upgrade ")
        pair.client.say("frame")
        pair.carry()
        pair.client.say(" more")
        pair.carry()
        #expect(pair.server.app.text + receiver.text == "upgrade frame more")
    }

    @Test("writes before the end of the handshake are kept")
    func earlyWrites() throws {
        let pair = try Pair()
        let receiver = Receiver()
        pair.server.tls.attach(receiver: receiver)
        write("early ", pair.server)
        pair.server.tls.flushDirect()
        #expect(pair.server.tls.hasUnsentBytes)
        try pair.handshake()
        #expect(!pair.server.tls.hasUnsentBytes)
        write("late", pair.server)
        pair.server.tls.flushDirect()
        pair.carry()
        #expect(pair.client.app.text == "early late")
    }

    @Test("a key update in direct mode is answered")
    func keyUpdate() throws {
        let (pair, receiver) = try makePair()
        #expect(try #require(pair.client.tls.connection).updateKeys(askingPeer: true))
        pair.client.say("new keys")
        pair.carry()
        write("newer keys", pair.server)
        pair.server.tls.flushDirect()
        pair.carry()
        #expect(receiver.text == "new keys")
        #expect(pair.client.app.text == "newer keys")
    }

    @Test("an answer of TLS itself that gets stuck is reported")
    func stuckAnswer() throws {
        let pair = try Pair(client: Contexts.client(maximum: .tls12)).handshake()
        let receiver = Receiver()
        pair.server.tls.attach(receiver: receiver)
        pair.server.wire.isFull = true
        // The refusal of a renegotiation is written while libssl reads.
        let connection = try #require(pair.client.tls.connection)
        SSL_clear_options(connection.ssl, COpenSSL_SSL_OP_NO_RENEGOTIATION)
        #expect(SSL_renegotiate(connection.ssl) == 1)
        pair.client.say("x")
        pair.server.deliver(pair.client.takeSent())
        #expect(receiver.calls == [.writability(false)])
        #expect(pair.server.tls.hasUnsentBytes)
        pair.server.wire.isFull = false
        #expect(receiver.calls == [.writability(false), .writability(true)])
    }

    /// A server whose session ticket is longer than its records, so that the message comes in pieces.
    private func makePairWithSplitTicket() throws -> Pair {
        let server = try Contexts.server()
        SSL_CTX_set_session_ticket_cb(
            server.pointer,
            { connection, _ in
                let filler = [UInt8](repeating: 1, count: 1500)
                return SSL_SESSION_set1_ticket_appdata(SSL_get_session(connection), filler, filler.count)
            }, nil, nil)
        let pair = try Pair(server: server)
        try pair.server.connect()
        try pair.client.connect()
        _ = COpenSSL_SSL_set_max_send_fragment(try #require(pair.server.tls.connection).ssl, 512)
        pair.server.deliver(pair.client.takeSent())
        pair.client.deliver(pair.server.takeSent())
        pair.server.deliver(pair.client.takeSent())
        return pair
    }

    @Test("a write inside a handshake message that is not whole yet waits for the rest", arguments: [true, false])
    func writeInsideMessage(direct: Bool) throws {
        let pair = try makePairWithSplitTicket()
        let receiver = Receiver()
        if direct { pair.client.tls.attach(receiver: receiver) }
        var ticket = pair.server.takeSent()
        let length = try #require(ticket.getInteger(at: 3, as: UInt16.self))
        #expect(ticket.readableBytes > 2 * Int(length))
        let first = ticket.readSlice(length: 5 + Int(length))
        pair.client.deliver(try #require(first))
        for word in ["one ", "two "] {
            if direct {
                write(word, pair.client)
                pair.client.tls.flushDirect()
            } else {
                pair.client.say(word)
            }
        }
        #expect(pair.client.wire.sent.readableBytes == 0)
        #expect(pair.client.tls.hasUnsentBytes)
        pair.client.deliver(ticket)
        #expect(!pair.client.tls.hasUnsentBytes)
        pair.carry()
        #expect(pair.server.app.text == "one two ")
    }

    @Test("a receiver that writes to another connection of the loop while it reads disturbs neither")
    func nested() throws {
        let (pair, receiver) = try makePair()
        receiver.onReceived = { bytes in
            pair.server.tls.writeDirect(UnsafeRawBufferPointer(bytes))
            pair.server.tls.flushDirect()
            // The echo arrives at the client, on the same loop and the same buffers, inside this call.
            pair.client.deliver(pair.server.takeSent())
        }
        pair.client.say(String(repeating: "echo", count: 30_000))
        pair.carry()
        #expect(pair.client.app.bytes == 120_000)
        #expect(receiver.bytes == 120_000)
    }

    @Test("two receivers of one loop keep their plaintext apart when one's call brings the other's")
    func nestedReceivers() throws {
        let (pair, receiver) = try makePair()
        let other = Receiver()
        pair.client.tls.attach(receiver: other)
        receiver.onReceived = { bytes in
            write("inner", pair.server)
            pair.server.tls.flushDirect()
            pair.client.deliver(pair.server.takeSent())
            #expect(String(decoding: bytes, as: UTF8.self) == "outer")
        }
        write("outer", pair.client)
        pair.client.tls.flushDirect()
        pair.carry()
        #expect(receiver.text == "outer" && other.text == "inner")
    }
}
