import NIOCore
import NIOEmbedded
import Testing

@testable import WebSocketTransport

@Suite("WebSocket connection")
struct WebSocketConnectionTests {
    private struct Fixture {
        let loop = EmbeddedEventLoop()
        let sink = RecordingSink()
        let delegate = RecordingDelegate()
        let connection: WebSocketConnection

        init(_ change: (inout WebSocketConnectionConfiguration) -> Void = { _ in }) {
            var configuration = WebSocketConnectionConfiguration()
            change(&configuration)
            connection = WebSocketConnection(
                sink: sink, eventLoop: loop, channel: nil, delegate: delegate, configuration: configuration)
            connection.start(answer: UnsafeRawBufferPointer(start: nil, count: 0))
        }

        func receive(_ frames: [UInt8]...) {
            for frame in frames {
                var bytes = frame
                bytes.withUnsafeMutableBytes { connection.tlsReceived($0) }
            }
            connection.tlsReadCompleted()
            loop.run()
        }

        func end() {
            connection.tlsClosed(error: nil)
            loop.run()
        }
    }

    private static func server(_ opcode: Opcode, _ payload: [UInt8]) -> [UInt8] {
        var builder = FrameBufferBuilder()
        _ = payload.withUnsafeBytes { builder.append(opcode, $0) }
        return builder.finish().withUnsafeBytes { Array($0) }
    }

    private static func close(_ code: UInt16, _ reason: String = "") -> [UInt8] {
        server(.close, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8))
    }

    @Test("Messages go to the delegate in order, pings come back as pongs")
    func messages() {
        let fixture = Fixture()
        fixture.receive(ClientFrame.text("a") + ClientFrame.bytes(.ping, [1, 2]), ClientFrame.text("b"))
        #expect(fixture.delegate.events == ["opened", "text a", "text b"])
        #expect(fixture.sink.bytes == Self.server(.pong, [1, 2]))
        fixture.end()
        #expect(fixture.delegate.events.last == "closed -")
    }

    @Test("The peer's Close is answered behind what was pending, then the transport ends")
    func peerCloses() {
        let fixture = Fixture()
        fixture.delegate.onText = { text, connection in
            Array(text.utf8).withUnsafeBytes { connection.outbox.append(copying: $0) }
        }
        fixture.receive(ClientFrame.text("last") + ClientFrame.close(1000) + ClientFrame.text("too late"))
        #expect(fixture.sink.bytes == Self.server(.text, Array("last".utf8)) + Self.close(1000))
        #expect(fixture.sink.calls == ["close"])
        fixture.end()
        #expect(fixture.delegate.events == ["opened", "text last", "closed 1000"])
    }

    @Test("close() sends what is pending, then Close, and waits for the peer's")
    func closes() {
        let fixture = Fixture()
        Array("pending".utf8).withUnsafeBytes { fixture.connection.outbox.append(copying: $0) }
        fixture.connection.close(code: 4001, reason: "token expired")
        Array("ignored".utf8).withUnsafeBytes { fixture.connection.outbox.append(copying: $0) }
        fixture.loop.run()
        #expect(fixture.sink.bytes == Self.server(.text, Array("pending".utf8)) + Self.close(4001, "token expired"))
        #expect(fixture.sink.calls.isEmpty)
        fixture.receive(ClientFrame.text("not delivered") + ClientFrame.close(4001))
        #expect(fixture.sink.calls == ["close"])
        fixture.end()
        #expect(fixture.delegate.events == ["opened", "closed 4001"])
    }

    @Test("closeNow() drops what is pending")
    func closesNow() {
        let fixture = Fixture()
        Array("secret".utf8).withUnsafeBytes { fixture.connection.outbox.append(copying: $0) }
        fixture.connection.close(code: .serviceRestart)
        fixture.connection.closeNow(code: 4501, reason: "session revoked")
        fixture.loop.run()
        #expect(fixture.sink.bytes == Self.close(4501, "session revoked"))
        fixture.end()
        #expect(fixture.delegate.events == ["opened", "closed 4501"])
    }

    @Test("A violation closes with its code at once")
    func violation() {
        let fixture = Fixture()
        fixture.receive(ClientFrame.bytes(.text, [0xFF]) + ClientFrame.text("more"))
        #expect(fixture.sink.bytes.starts(with: [0x88]))
        #expect(fixture.sink.bytes[2...3] == [0x03, 0xEF])
        #expect(fixture.sink.calls == ["close"])
        fixture.end()
        #expect(fixture.delegate.events == ["opened", "closed 1007"])
    }

    @Test("A Close waits until the kernel took what was handed down before it")
    func blockedClose() {
        let fixture = Fixture()
        fixture.sink.kernelRoom = 0
        Array("stuck".utf8).withUnsafeBytes { fixture.connection.outbox.append(copying: $0) }
        fixture.loop.run()
        fixture.receive(ClientFrame.close(1000))
        #expect(fixture.sink.bytes == Self.server(.text, Array("stuck".utf8)))
        #expect(fixture.sink.calls.isEmpty)
        fixture.sink.take()
        fixture.connection.tlsWritabilityChanged(isWritable: true)
        fixture.loop.run()
        #expect(fixture.sink.bytes == Self.server(.text, Array("stuck".utf8)) + Self.close(1000))
        #expect(fixture.sink.calls == ["close"])
        fixture.end()
    }

    @Test("The delegate hears once that a refused outbox is empty again")
    func drained() {
        let fixture = Fixture { $0.outboxBytes = 100 }
        fixture.sink.kernelRoom = 0
        Array(repeating: UInt8(0x61), count: 99).withUnsafeBytes { fixture.connection.outbox.append(copying: $0) }
        let buffer = Array("refused".utf8).withUnsafeBytes { FrameBuffer(text: $0) }
        fixture.connection.outbox.flusher.keepAlive(buffer)
        #expect(!fixture.connection.outbox.append(buffer, buffer.range))
        fixture.loop.run()
        fixture.sink.take()
        fixture.connection.tlsWritabilityChanged(isWritable: true)
        fixture.loop.run()
        fixture.loop.run()
        #expect(fixture.delegate.events == ["opened", "drained"])
        fixture.end()
    }

    @Test("A channel that fails below a write is told after the pass, once")
    func failsBelowWrite() {
        let fixture = Fixture()
        let connection = fixture.connection
        fixture.sink.duringFlush = { connection.tlsClosed(error: nil) }
        Array("x".utf8).withUnsafeBytes { connection.outbox.append(copying: $0) }
        connection.close(code: 1000)
        fixture.loop.run()
        fixture.end()
        #expect(fixture.delegate.events == ["opened", "closed 1000"])
        #expect(fixture.sink.calls.isEmpty)
    }

    @Test("A reason is cut between characters to 123 bytes")
    func longReason() {
        let fixture = Fixture()
        fixture.connection.close(code: 1000, reason: String(repeating: "é", count: 100))
        fixture.loop.run()
        #expect(fixture.sink.bytes == Self.close(1000, String(repeating: "é", count: 61)))
        fixture.end()
    }

    @Test("The wheel's visits ping a silent socket and give it up after the timeout")
    func heartbeat() {
        let fixture = Fixture()
        let start = NIODeadline.now()
        #expect(fixture.connection.visited(at: start + .seconds(26)) != nil)
        fixture.loop.run()
        #expect(fixture.sink.bytes == [0x89, 0])
        fixture.sink.clear()
        #expect(fixture.connection.visited(at: start + .seconds(60)) == nil)
        fixture.loop.run()
        #expect(fixture.sink.bytes == Self.close(4009, "no heartbeat"))
        // The peer's Close does not come either.
        #expect(fixture.connection.visited(at: start + .seconds(70)) == nil)
        #expect(fixture.sink.calls == ["abort"])
        fixture.end()
        #expect(fixture.delegate.events == ["opened", "closed 4009"])
    }

    @Test("A socket whose kernel takes nothing is given up as stuck")
    func stuck() {
        let fixture = Fixture()
        fixture.sink.kernelRoom = 0
        Array("x".utf8).withUnsafeBytes { fixture.connection.outbox.append(copying: $0) }
        fixture.loop.run()
        let start = NIODeadline.now()
        #expect(fixture.connection.visited(at: start + .seconds(30)) != nil)
        #expect(fixture.connection.visited(at: start + .seconds(61)) == nil)
        #expect(fixture.sink.calls == ["abort"])
        fixture.end()
        #expect(fixture.delegate.events == ["opened", "closed 4008"])
    }

    @Test("Nothing is left behind when a socket has closed")
    func released() {
        weak var connection: WebSocketConnection?
        weak var delegate: RecordingDelegate?
        do {
            let fixture = Fixture()
            connection = fixture.connection
            delegate = fixture.delegate
            fixture.receive(ClientFrame.text("a"))
            fixture.connection.close(code: 1000)
            fixture.end()
        }
        #expect(connection == nil)
        #expect(delegate == nil)
    }
}
