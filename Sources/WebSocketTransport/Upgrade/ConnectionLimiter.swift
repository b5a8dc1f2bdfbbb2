package import NIOCore

/// Counts the connections of a listener, from accept to the end of the channel. Called on event loops.
package protocol ConnectionLimiter: Sendable {
    /// A connection was accepted. `false` closes it before TLS begins, and ``closed(_:)`` is not called for it.
    func accepted(_ address: SocketAddress?) -> Bool
    /// A connection that was let in is gone.
    func closed(_ address: SocketAddress?)
}
