import NIOCore
import NIOPosix

@testable import NIOOpenSSL

/// A TLS server on 127.0.0.1 for other programs to talk to.
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

    /// Answers a request as an HTTP/1.0 server would, and closes.
    private final class Answer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let answer = ByteBuffer(string: "HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\nanswered")
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            context.close(promise: nil)
        }
        func errorCaught(context: ChannelHandlerContext, error: any Error) {}
    }

    /// What the server does with what it gets.
    enum Mode { case echo, directEcho, answer }

    let channel: any Channel
    var port: Int { channel.localAddress?.port ?? 0 }

    static func start(
        _ context: TLSContext, _ mode: Mode, on group: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup
    ) async throws -> EchoServer {
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = TLSHandler(context: context)
                    try channel.pipeline.syncOperations.addHandler(tls)
                    switch mode {
                    case .echo: try channel.pipeline.syncOperations.addHandler(Echo())
                    case .directEcho: tls.attach(receiver: DirectEcho(tls))
                    case .answer: try channel.pipeline.syncOperations.addHandler(Answer())
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return EchoServer(channel: channel)
    }

    func stop() async throws { try await channel.close().get() }
}
