package import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
package import NIOOpenSSL

/// A child channel of Hummingbird's server: TLS, HTTP/1.1, and the gate that turns requests for the socket's path into
/// WebSockets.
///
/// Hummingbird's own handlers are added with the first request that is not the gate's; a connection that becomes a
/// socket never has them, and its task ends with the upgrade.
package struct ChatUpgradeChannel: HTTPChannelHandler {
    /// Hummingbird's router and middleware.
    package let responder: Responder
    private let tls: TLSContextSource
    private let configuration: WebSocketUpgradeConfiguration

    /// Bytes that the kernel takes beyond what is on its way to the peer. Left to itself it takes four megabytes for a
    /// peer that does not read, and the outbox's own limit is met only after that.
    private static let kernelBytes: ChannelOptions.Types.SocketOption.Value = 131_072
    /// `TCP_NOTSENT_LOWAT` of Linux.
    private static let unsentLimit = NIOBSDSocket.Option(rawValue: 25)

    /// - Parameters:
    ///   - responder: What `HTTPServerBuilder` gives.
    ///   - tls: The newest certificate is taken for each connection.
    ///   - configuration: The gate's.
    package init(
        responder: @escaping Responder, tls: TLSContextSource, configuration: WebSocketUpgradeConfiguration
    ) {
        self.responder = responder
        self.tls = tls
        self.configuration = configuration
    }

    /// Builds the pipeline, on the connection's event loop.
    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<ChatUpgradeSession> {
        channel.eventLoop.makeCompletedFuture {
            let address = channel.remoteAddress
            // A system without the option does without the limit.
            try? channel.syncOptions?.setOption(.tcpOption(Self.unsentLimit), value: Self.kernelBytes)
            if let limiter = configuration.limiter {
                guard limiter.accepted(address) else {
                    channel.close(promise: nil)
                    return ChatUpgradeSession(channel: channel, http: channel.eventLoop.makeSucceededFuture(nil))
                }
                channel.closeFuture.whenComplete { _ in limiter.closed(address) }
            }
            try TransientReceiveAllocator.install(on: channel)
            var handler = TLSHandlerConfiguration()
            handler.handshakeTimeout = configuration.headerTimeout
            handler.sendsToSocket = true
            let tlsHandler = TLSHandler(context: tls.current, configuration: handler)

            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = configuration.headBytes
            limits.maxHeaderListSize = configuration.headBytes
            let decoder = ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits))
            let encoder = HTTPResponseEncoder()
            let gate = UpgradeGate(
                tls: tlsHandler, decoder: decoder, encoder: encoder, configuration: configuration,
                session: channel.eventLoop.makePromise(), logger: logger)
            try channel.pipeline.syncOperations.addHandlers([tlsHandler, encoder, decoder, gate])
            return ChatUpgradeSession(channel: channel, http: gate.session.futureResult)
        }
    }

    /// Serves HTTP when the connection turns out to be that; returns when it became a socket or closed.
    package func handle(value: ChatUpgradeSession, logger: Logger) async {
        guard let http = try? await value.http.get() else { return }
        await handleHTTP(asyncChannel: http, logger: logger)
    }
}
