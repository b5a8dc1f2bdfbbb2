import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOOpenSSL

/// Stands behind the HTTP decoder of every connection: requests for the socket's path it answers itself, everything
/// else it passes to Hummingbird's handlers, which it adds when the first such request comes.
///
/// Thin: ``UpgradeGateState`` decides, this carries out.
final class UpgradeGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart
    typealias HTTPSession = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// The HTTP handlers of this connection, which leave with an upgrade.
    struct Handlers {
        let tls: TLSHandler
        let decoder: ByteToMessageHandler<HTTPRequestDecoder>
        let encoder: HTTPResponseEncoder
        let collector = LeftoverCollector()
        var codec: HTTP1ToHTTPServerCodec?
        var connectionState: HTTPConnectionStateHandler?
    }

    /// Hummingbird's end, or `nil`, as soon as it is known.
    let session: EventLoopPromise<HTTPSession?>
    let configuration: WebSocketUpgradeConfiguration
    let logger: Logger
    var handlers: Handlers
    var state = UpgradeGateState()
    var context: ChannelHandlerContext?
    /// What is being answered by the gate.
    var held: HTTPRequestHead?
    /// Who gets the socket while the handlers are being removed.
    var accepted: AcceptedUpgrade?
    private var deadline: Scheduled<Void>?
    private var isSessionSettled = false

    init(
        tls: TLSHandler, decoder: ByteToMessageHandler<HTTPRequestDecoder>, encoder: HTTPResponseEncoder,
        configuration: WebSocketUpgradeConfiguration, session: EventLoopPromise<HTTPSession?>, logger: Logger
    ) {
        handlers = Handlers(tls: tls, decoder: decoder, encoder: encoder)
        self.configuration = configuration
        self.session = session
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: configuration.headerTimeout) {
            if self.state.headerDeadlinePassed() { self.context?.close(promise: nil) }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancelDeadline()
        loseAccepted()
        settle(nil)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let isUpgradePath = configuration.isUpgradePath(head.uri)
            let changesProtocol =
                head.method == .CONNECT
                || !head.headers["upgrade"].isEmpty && HandshakeCheck.names("upgrade", in: head.headers["connection"])
            switch state.headReceived(isUpgradePath: isUpgradePath, isLast: changesProtocol || !head.isKeepAlive) {
            case .forward(let first):
                cancelDeadline()
                if first { addHTTPHandlers(context) }
                context.fireChannelRead(data)
            case .hold:
                held = head
            case .discard:
                break
            }
        case .body:
            perform(state.bodyReceived(), data, context)
        case .end:
            perform(state.endReceived(), data, context)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard state.takesAnswers else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head) where state.closesAfterAnswer && head.status.code >= 200:
            head.headers.replaceOrAdd(name: "connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .head, .body:
            context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            switch state.answerFinished() {
            case .none:
                break
            case .decide:
                context.flush()
                decide(context)
            case .close:
                context.flush()
                context.close(promise: nil)
            }
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode != .all else { return context.close(mode: .all, promise: promise) }
        // TLS ends both ways in order and waits for the peer only so long; a half-closed one would linger.
        switch state.halfCloseRequested(ofInput: mode == .input) {
        case .close, .forward: context.close(mode: .all, promise: promise)
        case .ignore: promise?.succeed(())
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            switch state.quiesced() {
            case .close: context.close(promise: nil)
            case .forward: context.fireUserInboundEventTriggered(event)
            case .discard: break
            }
        case let event as ChannelEvent where event == .inputClosed:
            switch state.inputEnded() {
            case .close: context.close(promise: nil)
            case .forward: context.fireUserInboundEventTriggered(event)
            case .ignore: break
            }
        default:
            if state.tellsHTTP { context.fireUserInboundEventTriggered(event) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case let error as HTTPParserError:
            switch state.parserFailed() {
            case .forward: context.fireErrorCaught(error)
            case .answer: answer(error == .headerOverflow ? .headTooLarge : .malformedHTTP, isHead: false, context)
            case .close: context.close(promise: nil)
            case .discard: break
            }
        case is ByteToMessageDecoderError:
            // More bytes for a decoder that failed; the connection is ending.
            break
        default:
            logger.debug("Connection failed", metadata: ["error": "\(error)"])
            if state.tellsHTTP { context.fireErrorCaught(error) }
            // TLS closes by itself, after its alert.
            if !(error is TLSError) { context.close(promise: nil) }
        }
    }

    func cancelDeadline() {
        deadline?.cancel()
        deadline = nil
    }

    func settle(_ http: HTTPSession?) {
        guard !isSessionSettled else { return }
        isSessionSettled = true
        session.succeed(http)
    }

    private func perform(_ action: UpgradeGateState.PartAction, _ data: NIOAny, _ context: ChannelHandlerContext) {
        switch action {
        case .forward: context.fireChannelRead(data)
        case .decide: decide(context)
        case .refuseBody:
            state.refused()
            answer(.malformed("The handshake must not have a body."), isHead: false, context)
        case .discard: break
        }
    }

    private func addHTTPHandlers(_ context: ChannelHandlerContext) {
        let codec = HTTP1ToHTTPServerCodec(secure: true)
        let idle = Duration.nanoseconds(configuration.idleTimeout.nanoseconds)
        let connectionState = HTTPConnectionStateHandler(idleTimeout: idle, logger: logger)
        (handlers.codec, handlers.connectionState) = (codec, connectionState)
        do {
            try context.pipeline.syncOperations.addHandlers([codec, connectionState])
            settle(
                try NIOAsyncChannel(
                    wrappingChannelSynchronously: context.channel,
                    configuration: .init(isOutboundHalfClosureEnabled: true)))
        } catch {
            // The channel is going away.
            settle(nil)
            context.close(promise: nil)
        }
    }
}

@available(*, unavailable)
extension UpgradeGate: Sendable {}
