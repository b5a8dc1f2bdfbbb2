import NIOCore
import NIOPosix

@testable import NIOOpenSSL

/// A TLS server on 127.0.0.1 that sends back what it gets, and its end of input too.
struct EchoServer {
    /// Echoes through the pipeline.
    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.write(data, promise: nil) }
        func channelReadComplete(context: ChannelHandlerContext) { context.flush() }
        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
        }
        func errorCaught(context: ChannelHandlerContext, error: any Error) {}
    }

    /// Echoes in direct mode, from the first plaintext on.
    private final class DirectEcho: TLSPlaintextReceiver {
        private let tls: TLSHandler

        init(_ tls: TLSHandler) { self.tls = tls }

        func tlsReceived(_ plaintext: UnsafeMutableRawBufferPointer) {
            tls.writeDirect(UnsafeRawBufferPointer(plaintext))
        }
        func tlsReadCompleted() {
            tls.flushDirect()
            if tls.hasUnsentBytes { tls.pauseReading() }
        }
        func tlsInputEnded(truncated: Bool) { if !truncated { tls.closeDirect() } }
        func tlsWritabilityChanged(isWritable: Bool) { if isWritable { tls.resumeReading() } }
        func tlsClosed(error: TLSError?) {}
    }

    let channel: any Channel
    var port: Int { channel.localAddress?.port ?? 0 }

    static func start(
        _ context: TLSContext, direct: Bool, on group: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup
    ) async throws -> EchoServer {
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = TLSHandler(context: context)
                    try channel.pipeline.syncOperations.addHandler(tls)
                    if direct {
                        tls.attach(receiver: DirectEcho(tls))
                    } else {
                        try channel.pipeline.syncOperations.addHandler(Echo())
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return EchoServer(channel: channel)
    }

    func stop() async throws { try await channel.close().get() }
}
