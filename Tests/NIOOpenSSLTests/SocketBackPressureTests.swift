import NIOCore
import NIOPosix
import Testing

@testable import NIOOpenSSL

@Suite("Direct mode on a real socket", .timeLimit(.minutes(1)))
struct SocketBackPressureTests {
    /// Writes a little, then until the kernel takes no more, then waits for it.
    private final class Flooder: TLSPlaintextReceiver {
        private let tls: TLSHandler
        private let sent: EventLoopPromise<Int>
        private let drained: EventLoopPromise<Bool>

        init(_ tls: TLSHandler, sent: EventLoopPromise<Int>, drained: EventLoopPromise<Bool>) {
            (self.tls, self.sent, self.drained) = (tls, sent, drained)
        }

        func tlsReceived(_ plaintext: UnsafeMutableRawBufferPointer) {
            var total = 0
            let chunk = [UInt8](repeating: 7, count: 50_000)
            for size in [1, 100] {
                chunk.prefix(size).withUnsafeBytes { tls.writeDirect($0) }
                tls.flushDirect()
                total += size
                #expect(!tls.hasUnsentBytes)
                #expect((tls.socket != nil) == tls.configuration.sendsToSocket)
            }
            while !tls.hasUnsentBytes, total < 64 << 20 {
                chunk.withUnsafeBytes { tls.writeDirect($0) }
                tls.flushDirect()
                total += chunk.count
            }
            #expect(tls.hasUnsentBytes)
            sent.succeed(total)
        }
        func tlsReadCompleted() {}
        func tlsInputEnded(truncated: Bool) {}
        func tlsWritabilityChanged(isWritable: Bool) { drained.succeed(isWritable && !tls.hasUnsentBytes) }
        func tlsClosed(error: TLSError?) {}
    }

    /// Counts bytes until an expected number has come.
    private final class Counter: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        var count = 0
        var expected: (Int, EventLoopPromise<Void>)?

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard event is TLSHandshakeCompleted else { return }
            context.channel.setOption(.autoRead, value: false).assumeIsolated().whenSuccess {
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: "go")), promise: nil)
            }
        }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            count += unwrapInboundIn(data).readableBytes
            settle()
        }
        func settle() { if let expected, count >= expected.0 { expected.1.succeed(()) } }
    }

    @Test(
        "a full kernel shows at once, and everything arrives when the peer reads again",
        arguments: ["through NIO": false, "to the socket first": true])
    func flood(way: String, sendsToSocket: Bool) async throws {
        var configuration = TLSHandlerConfiguration()
        configuration.sendsToSocket = sendsToSocket
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try Contexts.server()
        let client = try Contexts.client()
        let sent = group.any().makePromise(of: Int.self)
        let drained = group.any().makePromise(of: Bool.self)
        let listener = try await ServerBootstrap(group: group)
            .childChannelInitializer { [configuration] channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = TLSHandler(context: server, configuration: configuration)
                    try channel.pipeline.syncOperations.addHandler(tls)
                    tls.attach(receiver: Flooder(tls, sent: sent, drained: drained))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let channel = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        TLSHandler(context: client, serverHostname: "localhost"))
                    try channel.pipeline.syncOperations.addHandler(Counter())
                }
            }
            .connect(host: "127.0.0.1", port: listener.localAddress?.port ?? 0).get()
        let total = try await sent.futureResult.get()
        let arrived = channel.eventLoop.makePromise(of: Void.self)
        try await channel.eventLoop.submit {
            let counter = try channel.pipeline.syncOperations.handler(type: Counter.self)
            counter.expected = (total, arrived)
            counter.settle()
        }.get()
        try await channel.setOption(.autoRead, value: true).get()
        #expect(try await drained.futureResult.get())
        try await arrived.futureResult.get()
        try await channel.close().get()
        try await listener.close().get()
    }
}
