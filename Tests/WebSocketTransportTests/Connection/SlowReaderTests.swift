import NIOCore
import Testing

@testable import WebSocketTransport

@Suite("Slow readers over TLS", .timeLimit(.minutes(1)))
struct SlowReaderTests {
    /// Sends numbered frames, a tick after a tick, until the outbox refuses one.
    private final class Flood: WebSocketConnectionDelegate {
        let tell: @Sendable (String) -> Void
        private var sent = 0

        init(tell: @escaping @Sendable (String) -> Void) {
            self.tell = tell
        }

        func opened(_ connection: WebSocketConnection) {}

        func textReceived(_ payload: UnsafeRawBufferPointer, on connection: WebSocketConnection) {
            send(on: connection)
        }

        func outboxDrained(_ connection: WebSocketConnection) {
            tell("drained")
            Array("done \(sent).".utf8).withUnsafeBytes { connection.outbox.append(copying: $0) }
        }

        func closed(_ connection: WebSocketConnection, code: UInt16?) {
            tell("closed \(code ?? 0)")
        }

        private func send(on connection: WebSocketConnection) {
            let buffer = Array(repeating: UInt8(0x61 + sent % 26), count: 50_000).withUnsafeBytes {
                FrameBuffer(text: $0)
            }
            connection.outbox.flusher.keepAlive(buffer)
            guard connection.outbox.append(buffer, buffer.range) else { return tell("refused") }
            sent += 1
            connection.eventLoop.assumeIsolated().execute { self.send(on: connection) }
        }
    }

    private static func configuration(
        _ tell: @escaping @Sendable (String) -> Void
    ) -> WebSocketUpgradeConfiguration {
        WebSocketUpgradeConfiguration { _, _ in .accept(delegate: Flood(tell: tell)) }
    }

    /// Asks for the flood, reads no more, and returns what the server tells from the first refusal on.
    private static func stall(
        _ client: TestClient, _ told: AsyncStream<String>
    ) async throws -> AsyncStream<String>.Iterator {
        try await client.sendUpgrade()
        try await client.receive("\r\n\r\n")
        try await client.pauseReading()
        try await client.send(ClientFrame.text("go"))
        var iterator = told.makeAsyncIterator()
        #expect(await iterator.next() == "refused")
        return iterator
    }

    @Test("Past its limit a socket is refused, and when it reads again everything arrives whole and in order")
    func catchesUp() async throws {
        let (told, continuation) = AsyncStream.makeStream(of: String.self)
        try await TestServer.run(Self.configuration { continuation.yield($0) }) { server in
            try await TestClient.connect(to: server.port) { client in
                var told = try await Self.stall(client, told)
                try await client.resumeReading()
                #expect(await told.next() == "drained")
                let all = try await client.receive { $0.last == UInt8(ascii: ".") }
                let count = try #require(Int(String(decoding: all.suffix(12), as: UTF8.self).filter(\.isNumber)))
                // The outbox, the kernel's part of a connection, and what the client's kernel takes in advance.
                #expect(count * 50_000 < 1 << 20)
                var expected: [UInt8] = []
                for index in 0..<count {
                    expected += [0x81, 126, 0xC3, 0x50]
                    expected += [UInt8](repeating: UInt8(0x61 + index % 26), count: 50_000)
                }
                let done: [UInt8] = Array("done \(count).".utf8)
                expected += [0x81, UInt8(done.count)]
                expected += done
                let isWhole = all.suffix(expected.count).elementsEqual(expected)
                #expect(isWhole)
                try await client.send(ClientFrame.close(1000))
                _ = try await client.receiveAll()
                #expect(await told.next() == "closed 1000")
            }
        }
    }

    @Test("A socket that takes no byte for the stuck timeout is closed with 4008")
    func stuck() async throws {
        let (told, continuation) = AsyncStream.makeStream(of: String.self)
        var configuration = Self.configuration { continuation.yield($0) }
        configuration.connection.heartbeat.stuckTimeout = .milliseconds(300)
        try await TestServer.run(configuration) { server in
            try await TestClient.connect(to: server.port) { client in
                var told = try await Self.stall(client, told)
                #expect(await told.next() == "closed 4008")
            }
        }
    }

    @Test("Revoked while it does not read, a socket gets a Close and nothing that was still queued")
    func revokedWhileBlocked() async throws {
        let (told, continuation) = AsyncStream.makeStream(of: String.self)
        let (connections, connected) = AsyncStream.makeStream(of: NIOLoopBound<WebSocketConnection>.self)
        let configuration = WebSocketUpgradeConfiguration { _, loop in
            .accept(
                delegate: Watched(Flood { continuation.yield($0) }) {
                    connected.yield(NIOLoopBound($0, eventLoop: loop))
                })
        }
        try await TestServer.run(configuration) { server in
            try await TestClient.connect(to: server.port) { client in
                var told = try await Self.stall(client, told)
                let connection = try #require(await connections.first { _ in true })
                let dropped = try await connection.eventLoop.submit {
                    let pending = connection.value.outbox.pendingBytes
                    connection.value.closeNow(code: 4501, reason: "session revoked")
                    return pending
                }.get()
                #expect(dropped > 0)
                try await client.resumeReading()
                let end = [0x88, 17, 0x11, 0x95] + Array("session revoked".utf8)
                let all = try await client.receive { $0.suffix(end.count).elementsEqual(end) }
                #expect(all.suffix(end.count).elementsEqual(end))
                try await client.send(ClientFrame.close(4501))
                _ = try await client.receiveAll()
                #expect(await told.next() == "closed 4501")
            }
        }
    }

    /// Tells of the connection besides.
    private final class Watched: WebSocketConnectionDelegate {
        private let delegate: Flood
        private let onOpened: (WebSocketConnection) -> Void

        init(_ delegate: Flood, onOpened: @escaping (WebSocketConnection) -> Void) {
            self.delegate = delegate
            self.onOpened = onOpened
        }

        func opened(_ connection: WebSocketConnection) {
            onOpened(connection)
            delegate.opened(connection)
        }

        func textReceived(_ payload: UnsafeRawBufferPointer, on connection: WebSocketConnection) {
            delegate.textReceived(payload, on: connection)
        }

        func outboxDrained(_ connection: WebSocketConnection) { delegate.outboxDrained(connection) }

        func closed(_ connection: WebSocketConnection, code: UInt16?) { delegate.closed(connection, code: code) }
    }
}
