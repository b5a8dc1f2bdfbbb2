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
    /// Whether direct mode hands ciphertext to the kernel itself while NIO holds no bytes of the connection: 10.5 against
    /// 12.3 µs for a small write, with encryption and the kernel's work in it. Only for a handler that stands next to the
    /// channel, with none between them that has to see the ciphertext; a channel without a socket is served as ever.
    public var sendsToSocket = false

    /// Every limit at its default.
    public init() {}
}
