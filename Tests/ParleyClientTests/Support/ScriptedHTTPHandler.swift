import NIOCore
import NIOHTTP1

/// Collects a request and writes the answer of a script.
final class ScriptedHTTPHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: (ScriptedServer.Request) -> ScriptedServer.Answer
    private var request: ScriptedServer.Request?

    init(answer: @escaping (ScriptedServer.Request) -> ScriptedServer.Answer) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            request = .init(method: head.method.rawValue, path: head.uri, headers: head.headers, body: "")
        case .body(let part):
            request?.body += String(decoding: part.readableBytesView, as: UTF8.self)
        case .end:
            guard let whole = request else { return }
            request = nil
            respond(answer(whole), context)
        }
    }

    private func respond(_ answer: ScriptedServer.Answer, _ context: ChannelHandlerContext) {
        guard !answer.vanishes else { return context.close(promise: nil) }
        var headers = HTTPHeaders(answer.headers)
        headers.add(name: "content-length", value: String(answer.body.utf8.count))
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
        let closes = headers["connection"].contains("close")
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            if closes { channel.close(promise: nil) }
        }
    }
}
