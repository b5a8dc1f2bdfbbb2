import NIOCore

/// Carries out what the state machine decides.
extension TLSHandler {
    func perform(_ action: TLSStateMachine.Action) {
        if state.phase == .closed { socket = nil }
        switch action {
        case .nothing: break
        case .startHandshake: startHandshake()
        case .announceHandshake: announceHandshake()
        case .flushCloseNotify:
            failQueue(with: ChannelError.ioOnClosedChannel)
            connection?.sendCloseNotify()
            flushLast()
        case .flushAlert: flushLast()
        case .closeOutput: closeOutput()
        case .drain: drain()
        case .closeChannel: closeChannel()
        case .abandonHandshake: report(TLSError(.handshakeFailed, "the stream ended during the handshake"))
        case .giveUpHandshake: report(TLSError(.handshakeTimedOut, "no handshake in \(configuration.handshakeTimeout)"))
        case .reportInputEnd: reportInputEnd()
        case .reportInputEndAndClose:
            receiver?.tlsInputEnded(truncated: false)
            perform(state.closeRequested())
        case .reportTruncationAndClose: reportTruncation()
        case .reportClosed(let early, let cut): reportClosed(early: early, cut: cut)
        }
    }

    private func startHandshake() {
        guard let context else { return }
        guard let buffers = TLSLoopBuffers.of(context.eventLoop) else {
            return fail(TLSError(.handshakeFailed, "OpenSSL made no BIO"))
        }
        do {
            connection = try TLSConnection(tlsContext, serverHostname: serverHostname, buffers: buffers)
        } catch {
            return fail(error)
        }
        startTimer(configuration.handshakeTimeout)
        // The client speaks first.
        if tlsContext.role == .client { stepHandshake() }
    }

    private func announceHandshake() {
        stopTimer()
        guard let context, let connection else { return }
        context.fireUserInboundEventTriggered(connection.handshakeFacts)
        flushQueue()
    }

    /// The connection is beyond repair: the alert, if there is one, goes out, and the error is told.
    func fail(_ error: TLSError) {
        if failure == nil { failure = error }
        let action = state.failed()
        guard action != .nothing else { return }
        failQueue(with: error)
        perform(action)
        if receiver == nil { context?.fireErrorCaught(error) }
    }

    /// The handshake is over without success, and there is nobody to tell it to but our side.
    private func report(_ error: TLSError) {
        if failure == nil { failure = error }
        failQueue(with: error)
        if receiver == nil { context?.fireErrorCaught(error) }
        closeChannel()
    }

    private func reportInputEnd() {
        if let receiver {
            receiver.tlsInputEnded(truncated: false)
        } else {
            context?.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    private func reportTruncation() {
        let error = TLSError(.truncated, "the stream ended without close_notify")
        if failure == nil { failure = error }
        if let receiver {
            receiver.tlsInputEnded(truncated: true)
        } else {
            context?.fireErrorCaught(error)
        }
        perform(state.closeRequested())
    }

    private func reportClosed(early: Bool, cut: Bool) {
        isGone = true
        stopTimer()
        connection = nil
        input = TLSLoopBuffers.noBytes
        if failure == nil, early || cut {
            let error =
                early
                ? TLSError(.handshakeFailed, "the channel closed during the handshake")
                : TLSError(.truncated, "the stream ended without close_notify")
            failure = error
            if receiver == nil { context?.fireErrorCaught(error) }
        }
        failQueue(with: failure ?? ChannelError.ioOnClosedChannel)
        let receiver = receiver
        self.receiver = nil
        receiver?.tlsClosed(error: failure)
        let promises = (closePromise, outputClosePromise)
        (closePromise, outputClosePromise) = (nil, nil)
        promises.0?.succeed(())
        promises.1?.succeed(())
    }

    func failQueue(with error: any Error) {
        for promise in queue.removeAll() { promise.fail(error) }
    }

    /// Hands down the last bytes and goes on when the kernel took them.
    private func flushLast() {
        startTimer(configuration.closeTimeout)
        guard let context else { return }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { result in
            switch result {
            case .success: self.perform(self.state.closeFlushed())
            case .failure: self.perform(self.state.aborted())
            }
        }
        sendOutput(promise)
    }

    private func closeOutput() {
        failQueue(with: ChannelError.outputClosed)
        connection?.sendCloseNotify()
        sendOutput()
        let promise = outputClosePromise
        outputClosePromise = nil
        context?.close(mode: .output, promise: promise)
    }

    private func drain() {
        guard let context else { return }
        startTimer(configuration.drainTimeout)
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenFailure { error in
            // Its sending side may be shut down already; any other channel that cannot do it just closes.
            if (error as? ChannelError) != .outputClosed { self.perform(self.state.aborted()) }
        }
        context.close(mode: .output, promise: promise)
        isPaused = false
        if state.phase == .draining { context.read() }
    }

    private func closeChannel() {
        stopTimer()
        let promise = closePromise
        closePromise = nil
        guard let context, !isGone else {
            promise?.succeed(())
            return
        }
        context.close(mode: .all, promise: promise)
    }

    private func startTimer(_ time: TimeAmount) {
        stopTimer()
        // Strong: the timer ends with the handshake or the channel. A weak reference would cost a side table, and with it
        // the slow way of counting references, for as long as the connection lives.
        timer = context?.eventLoop.assumeIsolated().scheduleTask(in: time) {
            self.timer = nil
            self.perform(self.state.deadlineReached())
        }
    }

    func stopTimer() {
        timer?.cancel()
        timer = nil
    }
}
