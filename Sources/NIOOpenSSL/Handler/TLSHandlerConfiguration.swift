public import NIOCore

/// The limits of one connection.
public struct TLSHandlerConfiguration: Sendable {
    /// The time from the channel's activation to a finished handshake.
    public var handshakeTimeout: TimeAmount = .seconds(10)
    /// The ciphertext a peer may send before the handshake is done.
    public var maximumHandshakeBytes = 128 * 1024
    /// The time the kernel has to take close_notify or an alert.
    public var closeTimeout: TimeAmount = .seconds(5)
    /// The time in which the peer's last input is thrown away after the sending side was shut down.
    public var drainTimeout: TimeAmount = .seconds(1)
    /// The ciphertext that is held for a receiver that paused; NIO delivers all there is when the peer's FIN comes.
    public var maximumPausedBytes = 256 * 1024

    /// Every limit at its default.
    public init() {}
}
