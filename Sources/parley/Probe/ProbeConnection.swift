import NIOCore
import NIOOpenSSL
import NIOPosix
import ParleyClient

/// One request on a connection of its own, of which every header is the probe's to choose.
struct ProbeConnection {
    let address: ServerAddress
    let tls: TLSContext

    /// Sends a request and gives the answer, of a 101 with the first frame behind it.
    ///
    /// Throws `TLSError`, NIO's errors and ``ProbeTimeout``.
    func send(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: String? = nil
    ) async throws -> ProbeAnswer {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: \(address.authority)", "User-Agent: parley doctor"]
        lines += headers.map { "\($0.0): \($0.1)" }
        if let body { lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] }
        if !headers.contains(where: { $0.0 == "Upgrade" }) { lines.append("Connection: close") }
        let request = ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))

        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: ProbeAnswer.self)
        let name = address.host
        do {
            let channel = try await ClientBootstrap(group: loop).connectTimeout(.seconds(10))
                .channelInitializer { [tls] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers([
                            TLSHandler(context: tls, serverHostname: name),
                            ProbeHandler(request: request, answer: promise),
                        ])
                    }
                }
                .connect(host: address.host, port: address.port).get()
            defer { channel.close(promise: nil) }
            return try await promise.futureResult.get()
        } catch {
            promise.fail(error)
            throw error
        }
    }
}

/// The server did not answer in time.
struct ProbeTimeout: Error, CustomStringConvertible {
    let description = "no answer within ten seconds"
}

/// Writes the request when TLS is up and gives the answer as soon as it is whole.
private final class ProbeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let maximumBytes = 1 << 20

    private let request: ByteBuffer
    private var answer: EventLoopPromise<ProbeAnswer>?
    private var bytes = ByteBuffer()
    private var certificate: TLSCertificateSummary?
    private var deadline: Scheduled<Void>?

    init(request: ByteBuffer, answer: EventLoopPromise<ProbeAnswer>) {
        self.request = request
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        let handler = NIOLoopBound(self, eventLoop: context.value.eventLoop)
        deadline = context.value.eventLoop.scheduleTask(in: .seconds(10)) {
            handler.value.settle(context.value, isAll: true, otherwise: ProbeTimeout())
        }
        context.value.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let done = event as? TLSHandshakeCompleted else { return context.fireUserInboundEventTriggered(event) }
        certificate = done.peerCertificate
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var more = unwrapInboundIn(data)
        bytes.writeBuffer(&more)
        settle(context, isAll: bytes.readableBytes > Self.maximumBytes, otherwise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        settle(context, isAll: true, otherwise: ProbeTimeout())
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A proxy may end TLS without a word behind a whole answer.
        settle(context, isAll: true, otherwise: error)
        context.close(promise: nil)
    }

    private func settle(_ context: ChannelHandlerContext, isAll: Bool, otherwise error: (any Error)?) {
        guard let answer else { return }
        if var complete = ProbeAnswer(bytes.readableBytesView, isAll: isAll) {
            complete.certificate = certificate
            complete.localAddress = context.localAddress?.ipAddress ?? ""
            answer.succeed(complete)
        } else if let error {
            answer.fail(error)
        } else {
            return
        }
        self.answer = nil
        deadline?.cancel()
    }
}
