public import NIOCore

extension TLSHandler {
    /// Takes ciphertext.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var ciphertext = unwrapInboundIn(data)
        guard state.decrypts || state.phase == .handshaking else {
            perform(state.inputDiscarded(bytes: ciphertext.readableBytes))
            return
        }
        if input.readableBytes == 0 { input = ciphertext } else { input.writeBuffer(&ciphertext) }
        if isPaused && input.readableBytes > configuration.maximumPausedBytes {
            failure = TLSError(.inputOverflow, "more than \(configuration.maximumPausedBytes) bytes while paused")
            perform(state.aborted())
            return
        }
        process()
    }

    /// Ends a burst; asks for more where nobody above will.
    public func channelReadComplete(context: ChannelHandlerContext) {
        let delivered = deliveredInBurst
        deliveredInBurst = false
        if let receiver {
            if delivered { receiver.tlsReadCompleted() }
            if holdsReads { isReadHeld = true } else { context.read() }
        } else if delivered {
            isReadWanted = false
            context.fireChannelReadComplete()
        } else if isReadWanted || state.phase != .open {
            // Bytes that were no plaintext answer nobody's read.
            context.read()
        }
    }

    /// A wish for plaintext; held back while the receiver pauses.
    public func read(context: ChannelHandlerContext) {
        if holdsReads {
            isReadHeld = true
        } else {
            isReadWanted = true
            context.read()
        }
    }

    /// Works on the input until there is none, or nobody wants it.
    func process() {
        // A call further out goes on with what was just added.
        guard !isProcessing else { return }
        isProcessing = true
        if state.phase == .handshaking, input.readableBytes > 0 { stepHandshake() }
        while state.decrypts, !isPaused, let connection, hasInput(connection) {
            if let receiver { decrypt(connection, for: receiver) } else { decryptForPipeline(connection) }
        }
        if input.readableBytes == 0 || state.phase != .open && state.phase != .handshaking || state.isInputEnded {
            // NIO reuses its receive buffer only when nobody holds it.
            input = TLSLoopBuffers.noBytes
        }
        isProcessing = false
        if let connection, state.phase == .open, connection.hasOutput { sendOwnOutput(connection) }
        // A message split between records can have kept an answer from being encrypted.
        if queue.flushedCount > 0 { flushQueue() }
        settleStreamEnd()
    }

    private var holdsReads: Bool { isPaused && state.phase == .open }

    private func hasInput(_ connection: TLSConnection) -> Bool {
        input.readableBytes > 0 || connection.hasPendingPlaintext
    }

    /// Takes the end of the stream for a fact as soon as everything before it was worked on.
    func settleStreamEnd() {
        guard isStreamEndHeld, !isProcessing, !(isPaused && input.readableBytes > 0) else { return }
        isStreamEndHeld = false
        perform(state.streamEnded())
    }

    func stepHandshake() {
        guard let connection else { return }
        let before = input.readableBytes
        let outcome = connection.handshake(&input)
        handshakeBytes += before - input.readableBytes
        switch outcome {
        case .done:
            sendOutput()
            perform(state.handshakeFinished())
        case .wantsInput:
            sendOutput()
            if handshakeBytes > configuration.maximumHandshakeBytes {
                fail(TLSError(.handshakeTooLarge, "more than \(configuration.maximumHandshakeBytes) bytes"))
            }
        case .closeNotify: fail(TLSError(.handshakeFailed, "the peer closed during the handshake"))
        case .failed: fail(connection.takeError(.handshakeFailed))
        }
    }

    private func decryptForPipeline(_ connection: TLSConnection) {
        var plaintext = ByteBufferAllocator().buffer(capacity: max(input.readableBytes, 512))
        var outcome = TLSConnection.Outcome.wantsInput
        repeat {
            plaintext.writeWithUnsafeMutableBytes(minimumWritableBytes: 512) { target in
                outcome = connection.read(&input, into: target)
                if case .done(let count) = outcome { return count }
                return 0
            }
        } while outcome.isDone && hasInput(connection)
        let error = outcome == .failed ? connection.takeError(.protocolViolation) : nil
        if plaintext.readableBytes > 0 {
            deliveredInBurst = true
            context?.fireChannelRead(wrapInboundOut(plaintext))
        }
        conclude(outcome, error)
    }

    private func decrypt(_ connection: TLSConnection, for receiver: any TLSPlaintextReceiver) {
        let (memory, isShared) = connection.buffers.lendPlaintext()
        defer { connection.buffers.returnPlaintext(memory, isShared: isShared) }
        var outcome = TLSConnection.Outcome.wantsInput
        var filled = 0
        repeat {
            outcome = connection.read(&input, into: UnsafeMutableRawBufferPointer(rebasing: memory[filled...]))
            if case .done(let count) = outcome { filled += count }
        } while outcome.isDone && memory.count - filled >= TLSLoopBuffers.recordBytes && hasInput(connection)
        let error = outcome == .failed ? connection.takeError(.protocolViolation) : nil
        if filled > 0 {
            deliveredInBurst = true
            receiver.tlsReceived(UnsafeMutableRawBufferPointer(rebasing: memory[..<filled]))
        }
        conclude(outcome, error)
    }

    private func conclude(_ outcome: TLSConnection.Outcome, _ error: TLSError?) {
        switch outcome {
        case .done, .wantsInput: break
        case .closeNotify:
            perform(state.closeNotifyReceived(isHalfClosureAllowed: receiver != nil || isHalfClosureAllowed))
        case .failed: if let error { fail(error) }
        }
    }

    private var isHalfClosureAllowed: Bool {
        guard let options = context?.channel.syncOptions else { return false }
        return (try? options.getOption(.allowRemoteHalfClosure)) ?? false
    }
}
