import NIOCore
import NIOEmbedded

@testable import NIOOpenSSL

/// One end of a conversation: wire, TLS, application.
final class Side {
    let channel: EmbeddedChannel
    let wire = Wire()
    let tls: TLSHandler
    let app = Recorder()
    private var isFinSeen = false

    init(
        _ context: TLSContext, host: String? = nil, configuration: TLSHandlerConfiguration = .init(),
        loop: EmbeddedEventLoop, halfClosure: Bool = true
    ) {
        tls = TLSHandler(context: context, serverHostname: host, configuration: configuration)
        channel = EmbeddedChannel(handlers: [wire, tls, app], loop: loop)
        channel.allowRemoteHalfClosure = halfClosure
    }

    func connect() throws {
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    }

    /// Ciphertext for this side, in pieces of the given size.
    func deliver(_ bytes: ByteBuffer, pieces: Int = .max) {
        var rest = bytes
        while rest.readableBytes > 0, !wire.isClosed,
            let piece = rest.readSlice(length: min(pieces, rest.readableBytes))
        {
            channel.pipeline.syncOperations.fireChannelRead(NIOAny(piece))
            channel.pipeline.syncOperations.fireChannelReadComplete()
        }
    }

    /// The peer's FIN.
    func deliverFin() {
        guard !isFinSeen, !wire.isClosed else { return }
        isFinSeen = true
        channel.pipeline.syncOperations.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    /// The peer or the network is gone without a word.
    func vanish() {
        guard !wire.isClosed, let context = try? channel.pipeline.syncOperations.context(handlerType: Wire.self)
        else { return }
        wire.close(context: context, mode: .all, promise: nil)
        channel.embeddedEventLoop.run()
    }

    func takeSent() -> ByteBuffer {
        defer { wire.sent = ByteBuffer() }
        return wire.sent
    }

    func write(_ text: String) -> EventLoopFuture<Void> {
        channel.write(ByteBuffer(string: text))
    }

    @discardableResult
    func say(_ text: String) -> EventLoopFuture<Void> {
        channel.writeAndFlush(ByteBuffer(string: text))
    }

    func finish() {
        vanish()
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }
}
