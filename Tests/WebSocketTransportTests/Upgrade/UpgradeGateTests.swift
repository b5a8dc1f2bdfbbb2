import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import TestTools
import Testing

@testable import WebSocketTransport

@Suite("Upgrade gate over TLS", .timeLimit(.minutes(1)))
struct UpgradeGateTests {
    /// Greets, echoes, says when it is over.
    private final class Session: WebSocketConnectionDelegate {
        let closed: @Sendable (UInt16?) -> Void

        init(closed: @escaping @Sendable (UInt16?) -> Void = { _ in }) {
            self.closed = closed
        }

        func opened(_ connection: WebSocketConnection) {
            Array("hi".utf8).withUnsafeBytes { connection.outbox.append(copying: $0) }
        }

        func textReceived(_ payload: UnsafeRawBufferPointer, on connection: WebSocketConnection) {
            connection.outbox.append(copying: payload)
        }

        func outboxDrained(_ connection: WebSocketConnection) {}

        func closed(_ connection: WebSocketConnection, code: UInt16?) { closed(code) }
    }

    private static func accepting(
        subprotocol: String? = "parley.v1", closed: @escaping @Sendable (UInt16?) -> Void = { _ in }
    ) -> WebSocketUpgradeConfiguration {
        WebSocketUpgradeConfiguration { _, _ in
            .accept(delegate: Session(closed: closed), subprotocol: subprotocol, headers: [("x-node", "n1")])
        }
    }

    private static let refusing = WebSocketUpgradeConfiguration { _, _ in
        .refuse(
            status: .forbidden, headers: [("content-type", "application/problem+json")],
            body: ByteBuffer(string: "{\"code\":\"origin_not_allowed\"}"))
    }

    private static let hi: [UInt8] = [0x81, 2] + Array("hi".utf8)

    @Test("A good request becomes a socket: accept value, subprotocol, headers, first frame, echo, close")
    func upgrade() async throws {
        let (codes, continuation) = AsyncStream.makeStream(of: UInt16?.self)
        try await TestServer.run(Self.accepting { continuation.yield($0) }) { server in
            try await TestClient.connect(to: server.port) { client in
                try await client.sendUpgrade(["Sec-WebSocket-Protocol": "x, parley.v1"])
                let answer = try await client.receive("\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
                #expect(answer.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
                #expect(answer.contains("Sec-WebSocket-Protocol: parley.v1\r\n"))
                #expect(answer.contains("x-node: n1\r\n"))
                try await client.send(ClientFrame.text("echo me"))
                try await client.receive("echo me")
                try await client.send(ClientFrame.close(1000))
                let all = try await client.receiveAll()
                #expect(all.suffix(4) == [0x88, 2, 0x03, 0xE8])
            }
            let code = await codes.first { _ in true }
            #expect(code == 1000)
        }
    }

    @Test("A socket revoked as it opens still gets its 101, and then the Close")
    func revokedAtOnce() async throws {
        let configuration = WebSocketUpgradeConfiguration { _, _ in .accept(delegate: Revoked()) }
        try await TestServer.run(configuration) { server in
            try await TestClient.connect(to: server.port) { client in
                try await client.sendUpgrade()
                let end = [0x88, 2, 0x11, 0x95] as [UInt8]
                let all = try await client.receive { $0.suffix(4).elementsEqual(end) }
                #expect(String(decoding: all, as: UTF8.self).hasPrefix("HTTP/1.1 101 "))
                #expect(all.suffix(8).elementsEqual(Array("\r\n\r\n".utf8) + end))
                try await client.send(ClientFrame.close(4501))
                _ = try await client.receiveAll()
            }
        }
    }

    private final class Revoked: WebSocketConnectionDelegate {
        func opened(_ connection: WebSocketConnection) {
            Array("secret".utf8).withUnsafeBytes { connection.outbox.append(copying: $0) }
            connection.closeNow(code: 4501)
        }

        func textReceived(_ payload: UnsafeRawBufferPointer, on connection: WebSocketConnection) {}
        func outboxDrained(_ connection: WebSocketConnection) {}
        func closed(_ connection: WebSocketConnection, code: UInt16?) {}
    }

    @Test("A subprotocol that was not offered is not answered")
    func subprotocolNotOffered() async throws {
        try await TestServer.run(Self.accepting()) { server in
            try await TestClient.connect(to: server.port) { client in
                try await client.sendUpgrade()
                let answer = try await client.receive("hi")
                #expect(!answer.contains("Sec-WebSocket-Protocol"))
                try await client.send(ClientFrame.close(1000))
                _ = try await client.receiveAll()
            }
        }
    }

    @Test("Frames that came in the same packet as the head are not lost")
    func framesBehindHead() async throws {
        try await TestServer.run(Self.accepting()) { server in
            try await TestClient.connect(to: server.port) { client in
                let frames = (0..<200).flatMap { ClientFrame.text("early \($0)") }
                try await client.sendUpgrade(followedBy: frames + ClientFrame.text("end"))
                let text = try await client.receive("end")
                #expect(text.contains("early 0") && text.contains("early 199"))
                try await client.send(ClientFrame.close(1000))
                _ = try await client.receiveAll()
            }
        }
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var request: String
        var status: String
        var contains: String
    }

    @Test(
        "A handshake that is not one is refused with a whole answer, and the connection closes",
        arguments: [
            Refusal(
                testDescription: "no upgrade", request: "GET /ws HTTP/1.1\r\nHost: h\r\n\r\n", status: "400",
                contains: "\"code\":\"bad_handshake\""),
            Refusal(
                testDescription: "POST with a body",
                request: "POST /ws HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", status: "400",
                contains: "\"code\":\"bad_handshake\""),
            Refusal(
                testDescription: "version 8",
                request: """
                    GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n
                    """, status: "426", contains: "sec-websocket-version: 13"),
            Refusal(
                testDescription: "not HTTP", request: "HELO there\r\n\r\n", status: "400",
                contains: "\"code\":\"bad_request\""),
            Refusal(
                testDescription: "a head that is too large",
                request: "GET /x HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "x", count: 17_000))", status: "431",
                contains: "\"code\":\"head_too_large\""),
        ])
    func refusals(_ refusal: Refusal) async throws {
        var configuration = Self.accepting()
        configuration.problemHeaders = [("x-content-type-options", "nosniff")]
        try await TestServer.run(configuration) { server in
            try await TestClient.connect(to: server.port) { client in
                try await client.send(refusal.request)
                let answer = String(decoding: try await client.receiveAll(), as: UTF8.self)
                #expect(answer.hasPrefix("HTTP/1.1 \(refusal.status) "))
                #expect(answer.contains(refusal.contains))
                #expect(answer.contains("content-type: application/problem+json"))
                #expect(answer.contains("x-content-type-options: nosniff"))
                #expect(answer.contains("connection: close"))
            }
        }
    }

    @Test("What the server refuses is answered as it says")
    func serverRefuses() async throws {
        try await TestServer.run(Self.refusing) { server in
            try await TestClient.connect(to: server.port) { client in
                try await client.sendUpgrade()
                let answer = String(decoding: try await client.receiveAll(), as: UTF8.self)
                #expect(answer.hasPrefix("HTTP/1.1 403 "))
                #expect(answer.hasSuffix("\r\n\r\n{\"code\":\"origin_not_allowed\"}"))
                #expect(answer.contains("content-length: 29\r\n"))
            }
        }
    }

    @Test("Other requests are Hummingbird's, and the connection stays")
    func http() async throws {
        try await TestServer.run(Self.accepting()) { server in
            try await TestClient.connect(to: server.port) { client in
                try await client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
                try await client.receive("hello")
                try await client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nback")
                try await client.receive("back")
                try await client.send("GET /nothing HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n")
                let all = String(decoding: try await client.receiveAll(), as: UTF8.self)
                #expect(all.contains("404 Not Found"))
            }
        }
    }

    @Test("A socket can be asked for after other requests on the connection, also pipelined behind one")
    func secondRequest() async throws {
        try await TestServer.run(Self.accepting()) { server in
            try await TestClient.connect(to: server.port) { client in
                try await client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
                try await client.receive("hello")
                try await client.sendUpgrade(followedBy: ClientFrame.text("early"))
                try await client.receive("early")
                for index in 0..<20 {
                    try await client.send(ClientFrame.text("number \(index)."))
                    try await client.receive("number \(index).")
                }
                try await client.send(ClientFrame.close(1000))
                let all = try await client.receiveAll()
                #expect(all.suffix(4) == [0x88, 2, 0x03, 0xE8])
            }
            try await TestClient.connect(to: server.port) { client in
                try await client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
                try await client.sendUpgrade()
                let all = try await client.receive("hi")
                #expect(all.contains("hello") && all.contains("101 Switching"))
                try await client.send(ClientFrame.close(1000))
                _ = try await client.receiveAll()
            }
        }
    }

    @Test("Upgrade: h2c is answered as plain HTTP and the connection ends")
    func otherUpgrades() async throws {
        try await TestServer.run(Self.accepting()) { server in
            try await TestClient.connect(to: server.port) { client in
                try await client.send(
                    "GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                        + "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n")
                let answer = String(decoding: try await client.receiveAll(), as: UTF8.self)
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
                #expect(answer.contains("connection: close"))
                #expect(answer.hasSuffix("hello"))
            }
        }
    }

    @Test("A connection that does not finish its head in time is closed, in TLS as in HTTP", arguments: [false, true])
    func headerDeadline(_ tls: Bool) async throws {
        var configuration = Self.accepting()
        configuration.headerTimeout = .milliseconds(200)
        try await TestServer.run(configuration) { server in
            try await TestClient.connect(to: server.port, tls: tls) { client in
                // A loaded machine may not even get through the TLS handshake in time.
                if tls { try? await client.send("GET /ws HTTP/1.1\r\nHost: h\r\n") }
                let all = try await client.receiveAll()
                #expect(all.isEmpty)
            }
        }
    }

    @Test("A body that stalls, and an idle connection, are closed")
    func idle() async throws {
        var configuration = Self.accepting()
        configuration.idleTimeout = .milliseconds(200)
        try await TestServer.run(configuration) { server in
            try await TestClient.connect(to: server.port) { client in
                try await client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nonly this")
                _ = try await client.receiveAll()
            }
            try await TestClient.connect(to: server.port) { client in
                try await client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
                let all = String(decoding: try await client.receiveAll(), as: UTF8.self)
                #expect(all.hasSuffix("hello"))
            }
        }
    }

    @Test("Silence is answered with a ping and then with 4009")
    func heartbeat() async throws {
        let (codes, continuation) = AsyncStream.makeStream(of: UInt16?.self)
        var configuration = Self.accepting { continuation.yield($0) }
        configuration.connection.heartbeat.interval = .milliseconds(50)
        configuration.connection.heartbeat.minimum = .milliseconds(50)
        configuration.connection.heartbeat.timeout = .milliseconds(100)
        configuration.connection.closeTimeout = .milliseconds(100)
        try await TestServer.run(configuration) { server in
            try await TestClient.connect(to: server.port) { client in
                try await client.sendUpgrade()
                let all = try await client.receiveAll()
                #expect(all.suffix(23).starts(with: Self.hi + [0x89, 0, 0x88]) || all.contains(0x89))
            }
            let code = await codes.first { _ in true }
            #expect(code == 4009)
        }
    }

    @Test("A client that vanishes without a Close is told as lost")
    func vanishes() async throws {
        let (codes, continuation) = AsyncStream.makeStream(of: UInt16?.self)
        try await TestServer.run(Self.accepting { continuation.yield($0) }) { server in
            try await TestClient.connect(to: server.port) { client in
                try await client.sendUpgrade()
                try await client.receive("hi")
            }
            let code = await codes.first { _ in true }
            #expect(code == .some(nil))
        }
    }

    @Test("Stopping closes idle connections of every kind")
    func quiesce() async throws {
        try await TestServer.run(Self.accepting()) { server in
            try await TestClient.connect(to: server.port) { fresh in
                try await TestClient.connect(to: server.port) { idle in
                    try await idle.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
                    try await idle.receive("hello")
                    try await fresh.send("GET")
                    async let stopped: Void = server.stop()
                    _ = try await fresh.receiveAll()
                    _ = try await idle.receiveAll()
                    try await stopped
                }
            }
        }
    }

    private struct Counter: ConnectionLimiter {
        let open = NIOLockedValueBox(0)
        let limit: Int

        func accepted(_ address: SocketAddress?) -> Bool {
            open.withLockedValue { count in
                guard count < limit else { return false }
                count += 1
                return true
            }
        }

        func closed(_ address: SocketAddress?) {
            open.withLockedValue { $0 -= 1 }
        }
    }

    @Test("The limiter counts every connection, and its refusal closes one before TLS")
    func limiter() async throws {
        let counter = Counter(limit: 1)
        var configuration = Self.accepting()
        configuration.limiter = counter
        try await TestServer.run(configuration) { server in
            try await TestClient.connect(to: server.port) { client in
                try await client.sendUpgrade()
                try await client.receive("hi")
                #expect(counter.open.withLockedValue { $0 } == 1)
                try await TestClient.connect(to: server.port) { second in
                    let all = try await second.receiveAll()
                    #expect(all.isEmpty)
                }
                try await client.send(ClientFrame.close(1000))
                _ = try await client.receiveAll()
            }
        }
        // The channel's end is told to the gate on its event loop, which may be a moment after the server has stopped.
        try await waitUntil("the connection to be given back") { counter.open.withLockedValue { $0 } == 0 }
    }
}
