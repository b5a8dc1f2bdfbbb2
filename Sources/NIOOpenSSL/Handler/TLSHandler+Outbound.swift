public import NIOCore

extension TLSHandler {
    /// The ciphertext that one write hands down, about.
    private static let maximumWriteBytes = 256 * 1024

    /// Keeps plaintext until the next flush, or until the handshake is done.
    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard state.acceptsWrites else {
            promise?.fail(state.isOutputClosed ? ChannelError.outputClosed : ChannelError.ioOnClosedChannel)
            return
        }
        queue.append(unwrapOutboundIn(data), promise)
    }

    /// Encrypts what was written and hands it down in one write.
    public func flush(context: ChannelHandlerContext) {
        queue.markFlushed()
        flushQueue()
    }

    func flushQueue() {
        guard !isFlushingQueue else { return }
        isFlushingQueue = true
        var promise: EventLoopPromise<Void>?
        loop: while queue.flushedCount > 0, state.encrypts, let connection {
            switch writeRecord(connection) {
            case .done(let count):
                queue.consume(count) { done in promise.setOrCascade(to: done) }
                if connection.buffers.output.readableBytes >= Self.maximumWriteBytes {
                    sendOutput(promise)
                    promise = nil
                }
            case .wantsInput: break loop
            case .closeNotify, .failed:
                fail(connection.takeError(.protocolViolation))
                break loop
            }
        }
        isFlushingQueue = false
        sendOutput(promise)
    }

    /// Encrypts the front of the queue; several small writes join into one record.
    private func writeRecord(_ connection: TLSConnection) -> TLSConnection.Outcome {
        let entries = queue.entries
        let first = entries[0].plaintext
        if queue.flushedCount == 1 || first.readableBytes >= TLSLoopBuffers.recordBytes {
            guard first.readableBytes > 0 else { return .done(0) }
            return first.withUnsafeReadableBytes { connection.write($0) }
        }
        let target = connection.buffers.gathering
        var filled = 0
        for entry in entries[..<queue.flushedCount] {
            let count = min(entry.plaintext.readableBytes, target.count - filled)
            entry.plaintext.withUnsafeReadableBytes { source in
                UnsafeMutableRawBufferPointer(rebasing: target[filled..<filled + count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<count]))
            }
            filled += count
            if filled == target.count { break }
        }
        guard filled > 0 else { return .done(0) }
        return connection.write(UnsafeRawBufferPointer(rebasing: target[..<filled]))
    }

    /// Hands down the ciphertext that was made, if any; the promise is kept on every path.
    func sendOutput(_ promise: EventLoopPromise<Void>? = nil) {
        guard let context, let connection, !isGone else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        guard connection.hasOutput else {
            promise?.succeed(())
            return
        }
        handDown(connection, context, promise)
    }

    /// Hands the ciphertext down and takes the buffer's memory back. In direct mode it notices when the kernel does not
    /// take all.
    ///
    /// That is without cost while the kernel does: whether NIO still holds the buffer shows in its reference count. Only
    /// then a promise is made, on an empty write behind the one that is stuck. (The sync option `bufferedWritableBytes`
    /// costs five dynamic casts a call, a watermark of one byte two pipeline events a write.)
    func handDown(
        _ connection: TLSConnection, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>? = nil
    ) {
        connection.restoreOutput()
        // Never past bytes that NIO still holds.
        if unsentWrites == 0, let socket, connection.send(to: socket) {
            promise?.succeed(())
            return
        }
        let isWatched = receiver != nil
        isHandingDown = isWatched
        let isBehind = isWatched && promise == nil && unsentWrites > 0
        let buffers = connection.buffers
        var output = buffers.takeOutput()
        context.writeAndFlush(wrapOutboundOut(output), promise: isBehind ? unsentPromise(context) : promise)
        let isHeld = buffers.giveBack(&output)
        if isHeld, isWatched, !isBehind, !isGone {
            context.writeAndFlush(wrapOutboundOut(TLSLoopBuffers.noBytes), promise: unsentPromise(context))
        }
        isHandingDown = false
    }

    /// Closes with close_notify; `.output` closes our direction only, `.input` is not supported.
    public func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .all:
            guard !isGone else {
                promise?.fail(ChannelError.alreadyClosed)
                return
            }
            closePromise.setOrCascade(to: promise)
            perform(state.closeRequested())
        case .output:
            guard state.phase == .open, !state.isOutputClosed else {
                promise?.fail(state.phase == .open ? ChannelError.outputClosed : ChannelError.ioOnClosedChannel)
                return
            }
            // Kept: a full close that follows from this one completes it too.
            outputClosePromise = promise
            perform(state.outputCloseRequested())
        case .input: promise?.fail(ChannelError.operationUnsupported)
        }
    }
}
