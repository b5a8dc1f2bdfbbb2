package import NIOCore
import NIOHTTP1

/// What the gate on each connection does and how long it waits.
package struct WebSocketUpgradeConfiguration: Sendable {
    /// The path whose requests are the gate's; everything else is Hummingbird's.
    package var path = "/ws"
    /// The most bytes of a request's target and headers, over which the answer is 431.
    package var headBytes = 16 * 1024
    /// From accept over the TLS handshake to a complete first head.
    package var headerTimeout: TimeAmount = .seconds(10)
    /// How long an HTTP connection may be idle, or a request's body stall.
    package var idleTimeout: TimeAmount = .seconds(60)
    /// Limits and times of the sockets.
    package var connection = WebSocketConnectionConfiguration()
    /// Headers of the answers that the gate gives by itself, such as the security headers.
    package var problemHeaders: [(String, String)] = []
    /// Makes the body of those answers.
    package var problemBody: @Sendable (UpgradeProblem) -> ByteBuffer = { $0.document }
    /// Counts all connections.
    package var limiter: (any ConnectionLimiter)?
    /// Decides about a request that RFC 6455 finds well-formed: synchronously, on the connection's event loop.
    package var decide: @Sendable (UpgradeRequest, any EventLoop) -> UpgradeDecision

    /// The protocol's defaults.
    package init(decide: @escaping @Sendable (UpgradeRequest, any EventLoop) -> UpgradeDecision) {
        self.decide = decide
    }

    /// Whether a request's target is the gate's, in origin form or in absolute form (RFC 9112, section 3.2).
    func isUpgradePath(_ target: String) -> Bool {
        var rest = target[...]
        if let scheme = ["https://", "http://"].first(where: { rest.lowercased().hasPrefix($0) }) {
            rest = rest.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" }
        }
        return rest.prefix { $0 != "?" } == path
    }
}
