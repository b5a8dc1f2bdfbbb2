import NIOCore

/// The network end of an embedded channel: a socket with half closure that can be full.
final class Wire: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Bytes the "kernel" took, for the other side.
    var sent = ByteBuffer()
    /// The sending side was shut down, after everything in `sent`.
    var isFinSent = false
    /// Nothing is taken while set.
    var isFull = false { didSet { if !isFull { drain() } } }
    var reads = 0
    /// Writes that carried bytes.
    var writes = 0
    var flushes = 0
    var isClosed = false

    private var pending: [(ByteBuffer, EventLoopPromise<Void>?)] = []
    private var flushed = 0
    private var isClosing = false

    var pendingBytes: Int { pending.reduce(0) { $0 + $1.0.readableBytes } }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let bytes = unwrapOutboundIn(data)
        guard !isClosed, !isFinSent, !isClosing else {
            promise?.fail(isClosed ? ChannelError.ioOnClosedChannel : ChannelError.outputClosed)
            return
        }
        if bytes.readableBytes > 0 { writes += 1 }
        pending.append((bytes, promise))
    }

    func flush(context: ChannelHandlerContext) {
        flushes += 1
        flushed = pending.count
        if !isFull { drain() }
    }

    private func drain() {
        while flushed > 0, !isFull {
            var (bytes, promise) = pending.removeFirst()
            flushed -= 1
            sent.writeBuffer(&bytes)
            promise?.succeed(())
        }
        if isClosing, pending.isEmpty { isFinSent = true }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .output:
            isClosing = true
            if pending.isEmpty { isFinSent = true }
            promise?.succeed(())
            context.fireUserInboundEventTriggered(ChannelEvent.outputClosed)
        default:
            isClosed = true
            let promises = pending.map { $0.1 }
            pending = []
            for lost in promises { lost?.fail(ChannelError.ioOnClosedChannel) }
            context.close(mode: mode, promise: promise)
        }
    }

    func read(context: ChannelHandlerContext) {
        reads += 1
        context.read()
    }
}
