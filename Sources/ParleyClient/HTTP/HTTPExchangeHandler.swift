import NIOCore
import NIOHTTP1

/// The end of a client's HTTP/1.1 pipeline: one exchange at a time, the others wait in line.
final class HTTPExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPExchange
    typealias OutboundOut = HTTPClientRequestPart

    private struct Current {
        var exchange: HTTPExchange
        var timeout: Scheduled<Void>
        var head: HTTPResponseHead?
        var body = ByteBuffer()
    }

    private let host: String
    private let maximumBodyBytes: Int
    private var waiting = CircularBuffer<HTTPExchange>()
    private var current: Current?
    private var end: ClientError?

    /// `host` is the value of the `Host` header.
    init(host: String, maximumBodyBytes: Int) {
        self.host = host
        self.maximumBodyBytes = maximumBodyBytes
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        waiting.append(unwrapOutboundIn(data))
        promise?.succeed()
        startNext(context)
    }

    private func startNext(_ context: ChannelHandlerContext) {
        if let end {
            while let exchange = waiting.popFirst() {
                exchange.promise.fail(ExchangeFailure(error: end, stage: .unsent))
            }
            return
        }
        guard current == nil, let exchange = waiting.popFirst() else { return }
        var head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: exchange.method), uri: exchange.path)
        head.headers.add(name: "host", value: host)
        for (name, value) in exchange.headers { head.headers.add(name: name, value: value) }
        if let body = exchange.body { head.headers.add(name: "content-length", value: String(body.count)) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let timeout = context.eventLoop.scheduleTask(in: exchange.timeout) {
            let (handler, context) = bound.value
            handler.fail(ClientError(.timedOut, "no answer to \(exchange.method) \(exchange.path)"), .begun, context)
        }
        current = Current(exchange: exchange, timeout: timeout)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body = exchange.body, !body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard current != nil else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            current?.head = head
        case .body(var part):
            let size = (current?.body.readableBytes ?? 0) + part.readableBytes
            guard size <= maximumBodyBytes else {
                let error = ClientError(.responseTooLarge, "the body is above \(maximumBodyBytes) bytes")
                return fail(error, .begun, context)
            }
            current?.body.writeBuffer(&part)
        case .end:
            finish(context)
        }
    }

    private func finish(_ context: ChannelHandlerContext) {
        guard let done = current, let head = done.head else { return }
        current = nil
        done.timeout.cancel()
        if !head.isKeepAlive {
            end = ClientError(.connectionClosed, "the server ends the connection")
            context.close(promise: nil)
        }
        done.exchange.promise.succeed(
            ClientResponse(
                status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) },
                body: Array(done.body.readableBytesView)))
        startNext(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(ClientError(.connectionClosed, "the server ended the connection"), stageOfCurrent, context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(ClientError(connection: error), stageOfCurrent, context)
    }

    private var stageOfCurrent: ExchangeFailure.Stage { current?.head == nil ? .unanswered : .begun }

    /// Ends the connection: the exchange under way fails as `stage` says, those in line were never sent.
    private func fail(_ error: ClientError, _ stage: ExchangeFailure.Stage, _ context: ChannelHandlerContext) {
        if end == nil { end = error }
        if let failed = current {
            current = nil
            failed.timeout.cancel()
            failed.exchange.promise.fail(ExchangeFailure(error: error, stage: stage))
        }
        startNext(context)
        context.close(promise: nil)
    }
}
