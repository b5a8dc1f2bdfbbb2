/// The client's side of the opening handshake (RFC 6455 §4.1): the request, and what answer to accept.
package struct UpgradeRequest: Sendable {
    /// The subprotocol that is offered and has to be echoed.
    package static let subprotocol = "parley.v1"

    private let address: ServerAddress
    private let path: String
    private let cookie: String?
    private let offered: String?
    private let key: WebSocketKey

    /// A request for `path`; `cookie` is the whole value of the `Cookie` header. Without an `offered` subprotocol none
    /// may come back.
    package init(
        address: ServerAddress, path: String = "/ws", cookie: String?, offered: String? = UpgradeRequest.subprotocol,
        key: WebSocketKey = WebSocketKey()
    ) {
        self.address = address
        self.path = path
        self.cookie = cookie
        self.offered = offered
        self.key = key
    }

    /// The bytes to send: the head, with the cookie in it.
    package var head: [UInt8] {
        var lines = [
            "GET \(path) HTTP/1.1", "Host: \(address.authority)", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Key: \(key.value)", "Sec-WebSocket-Version: 13",
            "Origin: \(address.origin)",
        ]
        if let offered { lines.append("Sec-WebSocket-Protocol: \(offered)") }
        if let cookie { lines.append("Cookie: \(cookie)") }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// Why an answer with status 101 is no valid agreement; nil when it is one.
    package func objection(to answer: ClientResponse) -> String? {
        if answer.header("upgrade")?.lowercased() != "websocket" { return "no Upgrade: websocket" }
        let connection = answer.header("connection")?.lowercased() ?? ""
        if !connection.contains("upgrade") { return "no Connection: Upgrade" }
        if answer.header("sec-websocket-accept") != key.expectedAccept { return "a wrong Sec-WebSocket-Accept" }
        if answer.header("sec-websocket-protocol") != offered { return "another subprotocol" }
        if answer.header("sec-websocket-extensions") != nil { return "an extension that was not offered" }
        return nil
    }
}
