package import NIOCore
package import NIOHTTP1

/// The server's answer to an ``UpgradeRequest``.
package enum UpgradeDecision {
    /// Open the socket.
    ///
    /// - Parameters:
    ///   - delegate: Who uses the socket; kept until its last call.
    ///   - subprotocol: Echoed when the client has offered it.
    ///   - headers: Further headers of the 101.
    case accept(
        delegate: any WebSocketConnectionDelegate, subprotocol: String? = nil, headers: [(String, String)] = [])
    /// Answer with HTTP and close. Content-Length and Connection are added.
    case refuse(status: HTTPResponseStatus, headers: [(String, String)], body: ByteBuffer)
}
