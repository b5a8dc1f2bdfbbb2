public import NIOCore

/// TLS for a NIO channel on the system's OpenSSL.
///
/// In **pipeline mode**, the usual one, ciphertext comes from below and plaintext goes up as one `channelRead` for a
/// burst of records; writes are kept until `flush`, joined into records and handed down in one write. After
/// ``attach(receiver:)`` the handler is in **direct mode**: plaintext goes straight to the receiver, see
/// ``TLSPlaintextReceiver``, and the pipeline above sees only the channel's beginning and end.
///
/// ``TLSHandshakeCompleted`` is fired when the handshake is done, failures as ``TLSError`` through `errorCaught`.
/// Closing sends close_notify, shuts down the sending side, drains for a moment, and closes. A peer's close_notify
/// arrives as `ChannelEvent.inputClosed` where the channel allows half closure, and closes the channel where it does
/// not; a stream that ends without it is ``TLSError/Code/truncated``.
///
/// Everything is to be called on the channel's event loop.
public final class TLSHandler: ChannelDuplexHandler {
    /// Ciphertext.
    public typealias InboundIn = ByteBuffer
    /// Plaintext.
    public typealias InboundOut = ByteBuffer
    /// Plaintext.
    public typealias OutboundIn = ByteBuffer
    /// Ciphertext.
    public typealias OutboundOut = ByteBuffer

    let tlsContext: TLSContext
    let serverHostname: String?
    let configuration: TLSHandlerConfiguration

    // The fields that every record touches are free of the dynamic exclusivity check, which was an eighth of a small
    // record's instructions outside of libssl. No access to them spans a call that could come back here.

    @exclusivity(unchecked) var state = TLSStateMachine()
    @exclusivity(unchecked) var connection: TLSConnection?
    @exclusivity(unchecked) var context: ChannelHandlerContext?
    /// Why the connection fell, for its end.
    var failure: TLSError?

    /// Ciphertext that is not decrypted yet; empty but for the time of a call, or while the receiver pauses.
    var input = TLSLoopBuffers.noBytes
    var handshakeBytes = 0
    /// A call further out is working on the input.
    @exclusivity(unchecked) var isProcessing = false
    /// The stream's end came while there was input to work on first.
    var isStreamEndHeld = false
    @exclusivity(unchecked) var deliveredInBurst = false
    var isReadWanted = false

    var queue = TLSWriteQueue()
    /// A call further out is encrypting the queue.
    var isFlushingQueue = false
    var closePromise: EventLoopPromise<Void>?
    var outputClosePromise: EventLoopPromise<Void>?
    var timer: Scheduled<Void>?
    /// The channel's end was reported.
    var isGone = false

    @exclusivity(unchecked) var receiver: (any TLSPlaintextReceiver)?
    @exclusivity(unchecked) var isPaused = false
    @exclusivity(unchecked) var isReadHeld = false
    @exclusivity(unchecked) var isHandingDown = false
    /// Writes handed down that the kernel has not taken.
    @exclusivity(unchecked) var unsentWrites = 0
    /// The socket, from the time NIO holds no byte from before direct mode until it is to be closed.
    @exclusivity(unchecked) var socket: TLSSocket?

    /// A handler for one connection.
    ///
    /// - Parameters:
    ///   - context: the side, certificate and settings.
    ///   - serverHostname: for a client, the name or address of the server, which its certificate must carry.
    ///   - configuration: limits.
    public init(
        context: TLSContext, serverHostname: String? = nil,
        configuration: TLSHandlerConfiguration = TLSHandlerConfiguration()
    ) {
        tlsContext = context
        self.serverHostname = serverHostname
        self.configuration = configuration
    }

    /// Starts the handshake when the channel is active already.
    public func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { perform(state.channelActivated()) }
    }

    /// Lets go of everything.
    public func handlerRemoved(context: ChannelHandlerContext) {
        if !isGone { perform(state.channelClosed()) }
        self.context = nil
    }

    /// Starts the handshake.
    public func channelActive(context: ChannelHandlerContext) {
        perform(state.channelActivated())
        context.fireChannelActive()
    }

    /// Reports the end.
    public func channelInactive(context: ChannelHandlerContext) {
        socket = nil
        // What came before the end is still to be heard: close_notify may be in it.
        isPaused = false
        process()
        if !isGone { perform(state.channelClosed()) }
        context.fireChannelInactive()
    }

    /// Errors of the channel below; what ends the channel is told to a receiver by its end.
    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if receiver == nil { context.fireErrorCaught(error) }
    }

    /// Takes the peer's FIN as a fact of TLS.
    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            isStreamEndHeld = true
            settleStreamEnd()
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Forwarded in pipeline mode.
    public func channelWritabilityChanged(context: ChannelHandlerContext) {
        if receiver == nil { context.fireChannelWritabilityChanged() }
    }
}

@available(*, unavailable)
extension TLSHandler: Sendable {}
