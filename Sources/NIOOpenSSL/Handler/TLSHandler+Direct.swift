import NIOCore

/// Direct mode: the end of the pipeline is called, and calls, without pipeline events.
extension TLSHandler {
    /// Gives plaintext to the receiver from now on, and no longer to the pipeline.
    ///
    /// Plaintext that was not delivered yet is handed over. May be called inside a `channelRead` that this handler
    /// fired. On a channel that is gone, the receiver is told so at once.
    public func attach(receiver: any TLSPlaintextReceiver) {
        guard !isGone else { return receiver.tlsClosed(error: failure) }
        self.receiver = receiver
        if configuration.sendsToSocket { findSocket() }
        if state.isInputEnded { receiver.tlsInputEnded(truncated: false) }
        process()
    }

    /// Takes the socket for direct writes as soon as NIO holds no byte that was written before.
    private func findSocket() {
        guard let context, let found = TLSSocket(context) else { return }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenSuccess {
            if self.state.acceptsWrites, !self.isGone { self.socket = found }
        }
        context.writeAndFlush(wrapOutboundOut(TLSLoopBuffers.noBytes), promise: promise)
    }

    /// Encrypts now, in records of at most 16 KiB; nothing goes out before ``flushDirect()``.
    ///
    /// Before the end of the handshake the bytes are kept. After a close they are dropped.
    public func writeDirect(_ plaintext: UnsafeRawBufferPointer) {
        guard state.encrypts, queue.isEmpty, let connection else { return keep(plaintext) }
        var rest = plaintext
        while !rest.isEmpty {
            switch connection.write(rest) {
            case .done(let count): rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            case .wantsInput: return keep(rest)
            case .closeNotify, .failed: return fail(connection.takeError(.protocolViolation))
            }
        }
    }

    private func keep(_ plaintext: UnsafeRawBufferPointer) {
        guard state.acceptsWrites, !plaintext.isEmpty else { return }
        var copy = ByteBufferAllocator().buffer(capacity: plaintext.count)
        copy.writeBytes(plaintext)
        queue.append(copy, nil)
    }

    /// Hands everything down that was encrypted, in one write and one flush, without a promise.
    public func flushDirect() {
        if !queue.isEmpty {
            queue.markFlushed()
            flushQueue()
        }
        guard let connection, let context, connection.hasOutput else { return }
        handDown(connection, context)
    }

    /// Ciphertext was handed down that the kernel has not taken, or plaintext waits for the peer.
    public var hasUnsentBytes: Bool { unsentWrites > 0 || !queue.isEmpty }

    /// Whether the handshake took up an earlier session; false before its end.
    public var isResumed: Bool { state.encrypts && connection?.isResumed == true }

    /// What the handshake agreed on; nil before its end.
    public var handshakeFacts: TLSHandshakeCompleted? { state.encrypts ? connection?.handshakeFacts : nil }

    /// Closes in order: close_notify, flush, shut down the sending side, drain for a moment, close.
    public func closeDirect() { perform(state.closeRequested()) }

    /// Closes at once; what the kernel has not taken is lost.
    public func abort() { perform(state.aborted()) }

    /// Stops reading; at most what is in hand already still arrives.
    public func pauseReading() { isPaused = true }

    /// Goes on reading, beginning with what was held back; this may call the receiver.
    public func resumeReading() {
        guard isPaused else { return }
        isPaused = false
        process()
        // Inside a call of ours the burst's end is yet to come.
        if deliveredInBurst, !isProcessing, let receiver {
            deliveredInBurst = false
            receiver.tlsReadCompleted()
        }
        if isReadHeld, !isPaused {
            isReadHeld = false
            context?.read()
        }
    }

    /// Hands down what TLS itself has to say, such as the refusal of a renegotiation.
    func sendOwnOutput(_ connection: TLSConnection) {
        guard let receiver else { return sendOutput() }
        guard let context else { return }
        let wasBlocked = unsentWrites > 0
        handDown(connection, context)
        if !wasBlocked, unsentWrites > 0 { receiver.tlsWritabilityChanged(isWritable: false) }
    }

    func unsentPromise(_ context: ChannelHandlerContext) -> EventLoopPromise<Void> {
        unsentWrites += 1
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { result in
            // A write fails when the channel closes, and by then the descriptor may be another's.
            if case .failure = result { self.socket = nil }
            self.unsentWrites -= 1
            guard self.unsentWrites == 0, !self.isHandingDown, !self.isGone else { return }
            self.receiver?.tlsWritabilityChanged(isWritable: true)
        }
        return promise
    }
}
