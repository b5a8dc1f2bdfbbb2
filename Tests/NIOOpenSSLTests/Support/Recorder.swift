import NIOCore

@testable import NIOOpenSSL

/// The application end of a channel: remembers everything that arrives.
final class Recorder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    var reads: [String] = []
    var bytes = 0
    var readCompletes = 0
    var handshakes: [TLSHandshakeCompleted] = []
    var inputClosed = 0
    var errors: [any Error] = []
    var isInactive = false
    var onRead: ((ChannelHandlerContext) -> Void)?

    var text: String { reads.joined() }
    var tlsErrors: [TLSError.Code] { errors.compactMap { ($0 as? TLSError)?.code } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        bytes += buffer.readableBytes
        reads.append(String(buffer: buffer))
        onRead?(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) { readCompletes += 1 }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let done = event as? TLSHandshakeCompleted { handshakes.append(done) }
        if let event = event as? ChannelEvent, event == .inputClosed { inputClosed += 1 }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { errors.append(error) }

    func channelInactive(context: ChannelHandlerContext) { isInactive = true }
}
