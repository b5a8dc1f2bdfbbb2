import NIOCore
import ParleyClient

/// A socket's handler: the answer to the handshake, then frames, answered as RFC 6455 asks.
final class RawSocketHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: EventLoopPromise<RawResponse>
    private let inbox: Mailbox<RawSocket.Arrival>
    private var head = ByteBuffer()
    private var parser: FrameParser?
    private var hasFailed = false
    private let answersPings: Bool

    init(answer: EventLoopPromise<RawResponse>, inbox: Mailbox<RawSocket.Arrival>, answersPings: Bool) {
        self.answersPings = answersPings
        self.answer = answer
        self.inbox = inbox
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if parser == nil {
            head.writeBuffer(&bytes)
            guard let end = head.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return }
            if head.readableBytesView.starts(with: Array("HTTP/1.1 101 ".utf8)) {
                let count = end - head.readerIndex
                let answered = head.readSlice(length: count).flatMap { RawResponse($0, isAll: true) }
                guard let answered else { return }
                answer.succeed(answered)
                parser = FrameParser(maximumMessageBytes: 8 << 20)
                bytes = head
                head = ByteBuffer()
            } else {
                if let refusal = RawResponse(head, isAll: false) { answer.succeed(refusal) }
                return
            }
        }
        parse(&bytes, context)
    }

    private func parse(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) {
        parser?.received(&bytes)
        do {
            while !hasFailed, let message = try parser?.next() {
                switch message {
                case .text(let text): inbox.put(.text(text))
                case .ping(let payload):
                    if answersPings { write(0xA, Array(payload.readableBytesView), context) }
                case .pong: break
                case .close(let reason):
                    inbox.put(.close(code: reason.code, reason: reason.reason))
                    let code = reason.code == 1005 ? 1000 : reason.code
                    write(0x8, [UInt8(code >> 8), UInt8(truncatingIfNeeded: code)], context)
                }
            }
        } catch {
            hasFailed = true
            inbox.put(.violation(error.reason))
        }
    }

    private func write(_ opcode: UInt8, _ payload: [UInt8], _ context: ChannelHandlerContext) {
        var frame = ByteBuffer()
        ClientFrame.write(opcode: opcode, payload: payload, mask: .random(in: 0...UInt32.max), into: &frame)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let refusal = RawResponse(head, isAll: true) { answer.succeed(refusal) }
        answer.fail(NoAnswer())
        inbox.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
