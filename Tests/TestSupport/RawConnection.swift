package import NIOCore
package import NIOOpenSSL
import NIOPosix

/// A TLS connection to the server on which a test writes whatever bytes it likes.
package final class RawConnection: Sendable {
    private let channel: any Channel
    private let inbox: Mailbox<ByteBuffer>

    private init(channel: any Channel, inbox: Mailbox<ByteBuffer>) {
        self.channel = channel
        self.inbox = inbox
    }

    /// Opens a connection to 127.0.0.1.
    package static func open(port: Int, tls: TLSContext) async throws -> RawConnection {
        let inbox = Mailbox<ByteBuffer>()
        let channel = try await connect(port: port, tls: tls) { InboxHandler(inbox: inbox) }
        return RawConnection(channel: channel, inbox: inbox)
    }

    static func connect<Handler: ChannelInboundHandler>(
        port: Int, tls: TLSContext, handler: @escaping @Sendable () -> Handler
    ) async throws -> any Channel {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A small window: a peer that stops reading is felt by the server after some 100 KiB, not after 10 MiB.
            .channelOption(.socketOption(.so_rcvbuf), value: 64 * 1024)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let operations = channel.pipeline.syncOperations
                    try operations.addHandler(TLSHandler(context: tls, serverHostname: "127.0.0.1"))
                    try operations.addHandler(handler())
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    /// Writes bytes.
    package func send(_ bytes: ByteBuffer) async throws { try await channel.writeAndFlush(bytes).get() }

    /// Takes nothing more from the network.
    package func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

    /// What has come since the last call; nil when the server has closed.
    package func receive() async -> ByteBuffer? { await inbox.next() }

    /// The next answer on the connection, or what there is of one when the server has closed. Throws ``NoAnswer``.
    package func answer() async throws -> RawResponse {
        var bytes = ByteBuffer()
        while let more = await inbox.next() {
            bytes.writeImmutableBuffer(more)
            if let answer = RawResponse(bytes, isAll: false) { return answer }
        }
        guard let answer = RawResponse(bytes, isAll: true) else { throw NoAnswer() }
        return answer
    }

    /// Ends the connection.
    package func close() { channel.close(promise: nil) }
}

/// The server closed a connection without an answer.
package struct NoAnswer: Error {}

private final class InboxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let inbox: Mailbox<ByteBuffer>

    init(inbox: Mailbox<ByteBuffer>) { self.inbox = inbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { inbox.put(unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) { inbox.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
