import NIOCore
import NIOHTTP1
import NIOOpenSSL

/// Answers the request that the gate holds.
extension UpgradeGate {
    func decide(_ context: ChannelHandlerContext) {
        cancelDeadline()
        guard let head = held else { return }
        held = nil
        switch HandshakeCheck.check(head) {
        case .malformed(let detail):
            refuse(.malformed(detail), head, context)
        case .unsupportedVersion:
            refuse(.unsupportedVersion, head, context)
        case .valid(let key):
            let request = UpgradeRequest(head: head, remoteAddress: context.remoteAddress)
            switch configuration.decide(request, context.eventLoop) {
            case .refuse(let status, let headers, let body):
                state.refused()
                write(status, headers, body, isHead: false, context)
            case .accept(let delegate, let subprotocol, let headers):
                guard let accept = AcceptKey.accept(forKey: key) else {
                    accepted = AcceptedUpgrade(delegate: delegate, answer: ByteBuffer())
                    loseAccepted()
                    return refuse(.unavailable, head, context)
                }
                let echoed = subprotocol.flatMap { request.offeredSubprotocols.contains($0) ? $0 : nil }
                let answer = UpgradeAnswer.bytes(accept: accept, subprotocol: echoed, headers: headers)
                accepted = AcceptedUpgrade(delegate: delegate, answer: answer)
                upgrade(context)
            }
        }
    }

    /// Writes a problem document and closes.
    func answer(_ problem: UpgradeProblem, isHead: Bool, _ context: ChannelHandlerContext) {
        var headers = configuration.problemHeaders
        headers.append(("content-type", "application/problem+json"))
        if problem == .unsupportedVersion { headers.append(("sec-websocket-version", "13")) }
        write(problem.status, headers, configuration.problemBody(problem), isHead: isHead, context)
    }

    private func refuse(_ problem: UpgradeProblem, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        state.refused()
        answer(problem, isHead: head.method == .HEAD, context)
    }

    private func write(
        _ status: HTTPResponseStatus, _ fields: [(String, String)], _ body: ByteBuffer, isHead: Bool,
        _ context: ChannelHandlerContext
    ) {
        cancelDeadline()
        var headers = HTTPHeaders(fields)
        headers.replaceOrAdd(name: "content-length", value: "\(body.readableBytes)")
        headers.replaceOrAdd(name: "connection", value: "close")
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        // The answer is encrypted; TLS waits for the peer to take it, drains what it still sends, and closes.
        context.close(promise: nil)
    }
}

/// Turns the connection into a socket.
extension UpgradeGate {
    /// Takes the HTTP handlers out of the pipeline.
    ///
    /// The decoder goes first: it forwards the bytes that came behind the head, which belong to the socket. It is on
    /// the stack now, and what stands behind it may change only when it is not.
    private func upgrade(_ context: ChannelHandlerContext) {
        if state.accepted() {
            // Hummingbird's task leaves its loop and waits, without work, for the channel to close.
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
        context.eventLoop.assumeIsolated().execute { self.removeDecoder() }
    }

    private func removeDecoder() {
        guard let context, accepted != nil, state.phase == .upgrading else { return }
        let operations = context.pipeline.syncOperations
        do {
            try operations.addHandler(handlers.collector, position: .after(handlers.decoder))
        } catch {
            // The channel is going away, and takes the delegate's hope with it.
            context.close(promise: nil)
            return
        }
        operations.removeHandler(handlers.decoder).assumeIsolated().whenComplete { _ in self.open() }
    }

    private func open() {
        guard let context, let upgrade = accepted, state.phase == .upgrading else { return }
        accepted = nil
        state.upgraded()
        let operations = context.pipeline.syncOperations
        operations.removeHandler(handlers.encoder, promise: nil)
        if let codec = handlers.codec { operations.removeHandler(codec, promise: nil) }
        if let connectionState = handlers.connectionState { operations.removeHandler(connectionState, promise: nil) }

        let connection = makeConnection(upgrade, context)
        upgrade.answer.withUnsafeReadableBytes { connection.start(answer: $0) }
        var leftover = handlers.collector.bytes
        operations.removeHandler(handlers.collector, promise: nil)
        if leftover.readableBytes > 0 { leftover.withUnsafeMutableReadableBytes { connection.received($0) } }
        handlers.tls.attach(receiver: connection)
        // The last read may have been answered by the handshake alone.
        context.read()
        // With Hummingbird's end still in the pipeline the gate stays, and keeps what that does off the socket.
        if handlers.codec == nil { operations.removeHandler(self, promise: nil) }
    }

    /// Tells a delegate whose channel went away before it was opened.
    func loseAccepted() {
        guard let upgrade = accepted, let context else { return }
        accepted = nil
        makeConnection(upgrade, context).tlsClosed(error: nil)
    }

    private func makeConnection(_ upgrade: AcceptedUpgrade, _ context: ChannelHandlerContext) -> WebSocketConnection {
        WebSocketConnection(
            sink: handlers.tls, eventLoop: context.eventLoop, channel: context.channel, delegate: upgrade.delegate,
            configuration: configuration.connection)
    }
}
