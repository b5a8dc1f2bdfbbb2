import NIOCore
import NIOHTTP1
import Testing

@testable import WebSocketTransport

@Suite("Handshake check")
struct HandshakeCheckTests {
    @Test("The accept value of RFC 6455 section 1.3")
    func accept() {
        #expect(AcceptKey.accept(forKey: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    private static func head(_ change: (inout HTTPRequestHead) -> Void = { _ in }) -> HTTPRequestHead {
        var head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: "/ws",
            headers: [
                "Host": "localhost", "Upgrade": "websocket", "Connection": "keep-alive, Upgrade",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13",
            ])
        change(&head)
        return head
    }

    @Test("What RFC 6455 section 4.1 sends is valid, in any case and place")
    func valid() {
        #expect(HandshakeCheck.check(Self.head()) == .valid(key: "dGhlIHNhbXBsZSBub25jZQ=="))
        let other = Self.head {
            $0.headers.replaceOrAdd(name: "upgrade", value: "h2c , WebSocket")
            $0.headers.replaceOrAdd(name: "connection", value: "UPGRADE")
            $0.headers.add(name: "content-length", value: "0")
        }
        #expect(HandshakeCheck.check(other) == .valid(key: "dGhlIHNhbXBsZSBub25jZQ=="))
    }

    struct Change: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var apply: @Sendable (inout HTTPRequestHead) -> Void

        init(_ name: String, _ apply: @escaping @Sendable (inout HTTPRequestHead) -> Void) {
            testDescription = name
            self.apply = apply
        }

        static func header(_ name: String, _ value: String?) -> Change {
            Change("\(name): \(value ?? "none")") {
                $0.headers.remove(name: name)
                if let value { $0.headers.add(name: name, value: value) }
            }
        }
    }

    @Test(
        "Everything else is malformed",
        arguments: [
            Change("POST") { $0.method = .POST }, Change("HTTP/1.0") { $0.version = .http1_0 },
            .header("host", nil), Change("two hosts") { $0.headers.add(name: "host", value: "b") },
            .header("upgrade", nil), .header("upgrade", "h2c"), .header("connection", nil),
            .header("connection", "keep-alive"), .header("sec-websocket-key", nil), .header("sec-websocket-key", ""),
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ="), .header("sec-websocket-key", "dGhlIHNhbXBsZQ=="),
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZ!=="),
            Change("two keys") { $0.headers.add(name: "sec-websocket-key", value: "dGhlIHNhbXBsZSBub25jZQ==") },
            .header("content-length", "5"), .header("transfer-encoding", "chunked"),
        ])
    func malformed(_ change: Change) {
        guard case .malformed = HandshakeCheck.check(Self.head(change.apply)) else {
            Issue.record("not refused")
            return
        }
    }

    @Test("Only version 13 is spoken", arguments: [nil, "12", "8", "13, 8"])
    func version(_ version: String?) {
        #expect(
            HandshakeCheck.check(Self.head(Change.header("sec-websocket-version", version).apply))
                == .unsupportedVersion)
    }

    @Test(
        "The gate's path is known in every form, and only that",
        arguments: [
            ("/ws", true), ("/ws?x=1", true), ("https://localhost:8443/ws", true), ("HTTP://h/ws?y", true),
            ("/ws/", false), ("/wsx", false), ("/", false), ("", false), ("*", false), ("/%77s", false),
            ("https://localhost", false), ("https:///", false),
        ])
    func path(_ target: String, _ isGate: Bool) {
        let configuration = WebSocketUpgradeConfiguration { _, _ in
            .refuse(status: .forbidden, headers: [], body: .init())
        }
        #expect(configuration.isUpgradePath(target) == isGate)
    }

    @Test("Offered subprotocols are listed over all their headers")
    func subprotocols() {
        let head = Self.head {
            $0.headers.add(name: "sec-websocket-protocol", value: "chat, parley.v1")
            $0.headers.add(name: "sec-websocket-protocol", value: "other")
        }
        #expect(UpgradeRequest(head: head, remoteAddress: nil).offeredSubprotocols == ["chat", "parley.v1", "other"])
    }
}
