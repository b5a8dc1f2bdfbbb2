package import NIOCore
package import NIOHTTP1

/// A well-formed request for a socket, as the server decides about it.
package struct UpgradeRequest: Sendable {
    /// Method, target and headers as they came, repeated ones included.
    package let head: HTTPRequestHead
    /// The peer's address as the socket saw it.
    package let remoteAddress: SocketAddress?

    /// A request.
    package init(head: HTTPRequestHead, remoteAddress: SocketAddress?) {
        self.head = head
        self.remoteAddress = remoteAddress
    }

    /// The subprotocols that the client offers, in its order of preference.
    package var offeredSubprotocols: [String] {
        head.headers["sec-websocket-protocol"].flatMap { HandshakeCheck.list($0) }
    }
}
