import NIOCore
import NIOWebSocket

/// Hands frames to a ``ServerSocket`` and finishes the closing handshake.
final class ServerSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let socket: ServerSocket

    init(socket: ServerSocket) { self.socket = socket }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        var payload = frame.unmaskedData
        let text = String(decoding: payload.readableBytesView, as: UTF8.self)
        switch frame.opcode {
        case .text: socket.received(.text(text))
        case .ping: socket.received(.ping(text))
        case .pong: socket.received(.pong(text))
        case .connectionClose:
            socket.received(.close(payload.readInteger()))
            let channel = context.channel
            context.writeAndFlush(
                wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: frame.unmaskedData))
            )
            .whenComplete { _ in channel.close(promise: nil) }
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        socket.continuation.finish()
        context.fireChannelInactive()
    }
}
