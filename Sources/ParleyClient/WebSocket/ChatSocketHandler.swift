import NIOCore

/// The client's end of a WebSocket: opening handshake, frames, heartbeat and closing handshake.
final class ChatSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ChatSocketWrite
    typealias OutboundOut = ByteBuffer

    private enum State {
        case upgrading(UpgradeAnswerParser)
        case open(FrameParser)
        /// Everything has been said; what still comes in is ignored.
        case ended
    }

    /// How long the server may take to end the TCP connection after the closing handshake, or to answer a Close.
    private static let closeTimeout = TimeAmount.seconds(5)

    private let upgrade: UpgradeRequest
    private let options: ConnectionOptions
    private let mailbox: ChatMailbox
    private var state = State.upgrading(UpgradeAnswerParser())
    private var heartbeat: Heartbeat?
    private var timer: Scheduled<Void>?
    private var sentClose = false
    private var end: CloseReason?
    private var failure: ClientError?
    private var random = SystemRandom()

    init(upgrade: UpgradeRequest, options: ConnectionOptions, mailbox: ChatMailbox) {
        self.upgrade = upgrade
        self.options = options
        self.mailbox = mailbox
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: upgrade.head)), promise: nil)
        context.fireChannelActive()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .text(let text):
            guard case .open = state, !sentClose else {
                promise?.fail(ClientError(.connectionClosed, "the socket is closing or closed"))
                return
            }
            writeFrame(FrameHeader.Opcode.text, Array(text.utf8), context, promise)
        case .close(let code, let reason):
            close(code, reason, context)
            promise?.succeed()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        heartbeat?.received(at: .now())
        switch state {
        case .upgrading(var parser):
            // The array inside must have one owner to grow in place.
            state = .ended
            let progress = parser.received(bytes.readableBytesView)
            state = .upgrading(parser)
            handle(progress, context)
        case .open(var parser):
            state = .ended
            parser.received(&bytes)
            state = .open(parser)
            parseFrames(context)
        case .ended:
            break
        }
    }

    private func handle(_ progress: UpgradeAnswerParser.Progress, _ context: ChannelHandlerContext) {
        switch progress {
        case .incomplete:
            break
        case .invalid(let reason):
            fail(ClientError(.protocolViolation, reason), code: 1006, context)
        case .refused(let answer):
            mailbox.refused(answer)
            fail(ClientError(.connectFailed, "refused with \(answer.status)"), code: 1006, context)
        case .switched(let answer, var rest):
            if let objection = upgrade.objection(to: answer) {
                return fail(ClientError(.protocolViolation, "the upgrade has \(objection)"), code: 1006, context)
            }
            var parser = FrameParser(maximumMessageBytes: options.maximumMessageBytes)
            parser.received(&rest)
            state = .open(parser)
            let beat = Heartbeat(
                interval: TimeAmount(options.heartbeat), timeout: TimeAmount(options.heartbeatTimeout), at: .now())
            heartbeat = beat
            schedule(at: beat.firstCheck, context)
            parseFrames(context)
        }
    }

    private func parseFrames(_ context: ChannelHandlerContext) {
        while case .open(var parser) = state {
            let message: FrameParser.Message?
            do {
                state = .ended
                message = try parser.next()
                state = .open(parser)
            } catch {
                writeClose(error.code, error.reason, context)
                return fail(
                    ClientError(.protocolViolation, "the server sent \(error.reason)"), code: error.code, context)
            }
            switch message {
            case nil: return
            case .text(let text): mailbox.received(text)
            case .ping(let payload): writeFrame(FrameHeader.Opcode.pong, payload.readableBytesView, context, nil)
            case .pong: break
            case .close(let reason): received(reason, context)
            }
        }
    }

    /// The server closes, or answers our Close: the answer goes out, and the server ends the connection (§7.1.1).
    private func received(_ reason: CloseReason, _ context: ChannelHandlerContext) {
        end = reason
        state = .ended
        writeClose(reason.code == 1005 ? 1000 : reason.code, "", context)
        closeLater(context)
    }

    private func close(_ code: UInt16, _ reason: String, _ context: ChannelHandlerContext) {
        guard case .open = state else {
            if case .upgrading = state { context.close(promise: nil) }
            return
        }
        writeClose(code, reason, context)
        closeLater(context)
    }

    private func writeClose(_ code: UInt16, _ reason: String, _ context: ChannelHandlerContext) {
        guard !sentClose else { return }
        sentClose = true
        writeFrame(FrameHeader.Opcode.close, ClientFrame.closePayload(code: code, reason: reason), context, nil)
    }

    private func closeLater(_ context: ChannelHandlerContext) {
        timer?.cancel()
        heartbeat = nil
        schedule(at: .now() + Self.closeTimeout, context)
    }

    private func schedule(at deadline: NIODeadline, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: deadline) {
            let (handler, context) = bound.value
            handler.timerFired(context)
        }
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        switch heartbeat?.timerFired(at: .now()) {
        case .wait(let time):
            schedule(at: time, context)
        case .ping(let time):
            writeFrame(FrameHeader.Opcode.ping, [], context, nil)
            schedule(at: time, context)
        case .giveUp:
            fail(ClientError(.timedOut, "no answer to the heartbeat"), code: 1006, context)
        case nil:
            context.close(promise: nil)
        }
    }

    private func writeFrame(
        _ opcode: UInt8, _ payload: some Collection<UInt8>, _ context: ChannelHandlerContext,
        _ promise: EventLoopPromise<Void>?
    ) {
        var buffer = context.channel.allocator.buffer(capacity: payload.count + 14)
        let mask = UInt32(truncatingIfNeeded: random.next())
        ClientFrame.write(opcode: opcode, payload: payload, mask: mask, into: &buffer)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: promise)
    }

    /// Remembers why, unless the reason is known already, and ends the connection.
    private func fail(_ error: ClientError, code: UInt16, _ context: ChannelHandlerContext) {
        if failure == nil { failure = error }
        if end == nil { end = CloseReason(code: code, reason: error.reason) }
        state = .ended
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(ClientError(connection: error), code: 1006, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .upgrading(var parser) = state, case .refused(let answer) = parser.received([], ended: true) {
            mailbox.refused(answer)
        }
        timer?.cancel()
        state = .ended
        let failure = failure ?? ClientError(.connectionClosed, "the connection ended")
        mailbox.ended(end ?? CloseReason(code: 1006, reason: failure.reason), error: failure)
        context.fireChannelInactive()
    }
}
