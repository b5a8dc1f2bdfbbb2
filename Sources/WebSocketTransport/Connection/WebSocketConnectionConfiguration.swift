package import NIOCore

/// The limits and times of one socket.
package struct WebSocketConnectionConfiguration: Sendable {
    /// The most bytes of one message over all its fragments: 64 KiB.
    package var maximumMessageBytes = 64 * 1024
    /// Whether binary messages are taken; else they close with 1003.
    package var allowsBinary = false
    /// The most plaintext that may wait for a slow peer: 256 KiB.
    package var outboxBytes = 256 * 1024
    /// How long sending what is pending, our Close and the wait for the peer's may take together.
    package var closeTimeout: TimeAmount = .seconds(5)
    /// Heartbeats and the two ways to be given up.
    package var heartbeat = HeartbeatConfiguration()

    /// The protocol's defaults.
    package init() {}
}
