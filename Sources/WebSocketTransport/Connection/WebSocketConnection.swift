package import NIOCore
package import NIOOpenSSL
import Synchronization

/// One upgraded socket: frame parser, closing handshake, heartbeat and outbox over the TLS end. Loop-bound.
///
/// No task, no actor and no pipeline stands behind it: the TLS end calls it with plaintext, it calls the delegate, and
/// what the delegate appends goes out in the flush pass at the end of the tick.
package final class WebSocketConnection {
    private static let lastID = Atomic<UInt64>(0)

    /// Unique in this process, for logs.
    package let id: UInt64
    /// The loop that everything here happens on.
    package let eventLoop: any EventLoop
    /// The peer's address as the socket saw it.
    package let remoteAddress: SocketAddress?
    /// What the peer is to be sent.
    package let outbox: Outbox

    var sink: (any RecordSink)?
    private let channel: (any Channel)?
    var delegate: (any WebSocketConnectionDelegate)?
    var parser: FrameParser
    var handshake = CloseHandshake()
    var heartbeat: HeartbeatState
    let closeTimeout: TimeAmount
    var closeDeadline: NIODeadline?
    var isPingQueued = false
    private(set) var isReadingPaused = false
    /// What was read from the socket and came behind a pause, in order; the socket is read again behind it.
    private var held: [UInt8] = []
    private var isReleasing = false
    /// Where the wheel keeps this socket.
    var place = ConnectionWheel.Place()
    /// How exactly the wheel has to keep this socket's times.
    let resolution: TimeAmount

    /// A connection over a TLS end; nothing happens before ``start(answer:)``.
    package init(
        sink: any RecordSink, eventLoop: any EventLoop, channel: (any Channel)?,
        delegate: any WebSocketConnectionDelegate, configuration: WebSocketConnectionConfiguration
    ) {
        let now = NIODeadline.now()
        id = Self.lastID.wrappingAdd(1, ordering: .relaxed).newValue
        self.eventLoop = eventLoop
        self.channel = channel
        remoteAddress = channel?.remoteAddress
        self.sink = sink
        self.delegate = delegate
        closeTimeout = configuration.closeTimeout
        parser = FrameParser(
            maximumMessageBytes: configuration.maximumMessageBytes, allowsBinary: configuration.allowsBinary)
        heartbeat = HeartbeatState(configuration: configuration.heartbeat, now: now)
        resolution = min(
            configuration.heartbeat.resolution, .nanoseconds(max(1_000_000, closeTimeout.nanoseconds / 8)))
        outbox = Outbox(
            flusher: .current(for: eventLoop), sink: sink, limitBytes: configuration.outboxBytes, now: now)
        outbox.owner = self
    }

    /// Silence after which this socket is pinged, at present, in milliseconds: `heartbeat_ms`.
    package var heartbeatMilliseconds: Int64 { heartbeat.interval.nanoseconds / 1_000_000 }

    /// The bytes that the kernel has not taken: none, or at least one. Falls while a slow peer reads.
    var unsentByteCount: Int {
        guard let sink, sink.hasUnsentBytes else { return 0 }
        guard let count = try? channel?.syncOptions?.getOption(.bufferedWritableBytes) else { return 1 }
        return max(1, count)
    }

    /// Whether neither end has begun to close.
    package var isOpen: Bool { handshake.isOpen }

    /// Sends what is pending and then a Close, and waits a bounded time for the peer's.
    ///
    /// At most 123 bytes of the reason are sent.
    package func close(code: CloseCode, reason: String = "") {
        carryOut(handshake.requested(code), reason: reason)
        readForClose()
    }

    /// Drops what is pending, sends a Close and nothing else: the end of a revoked session.
    ///
    /// At most 123 bytes of the reason are sent.
    package func closeNow(code: CloseCode, reason: String = "") {
        outbox.mute()
        carryOut(handshake.muted(code), reason: reason)
        readForClose()
    }

    /// Ends a pause: the peer's Close has to be read, or the closing handshake would last until its timeout.
    private func readForClose() {
        guard isReadingPaused else { return }
        // Not while outboxes are walked: what is read may call the delegate.
        outbox.flusher.afterPass { self.resumeReading() }
    }

    /// Ends the connection at once, without a Close frame.
    package func abort() {
        handshake.givenUp(nil)
        sink?.abort()
    }

    /// Reads no more from the socket, and hands out no further message until ``resumeReading()``.
    package func pauseReading() {
        guard handshake.isOpen else { return }
        isReadingPaused = true
        sink?.pauseReading()
    }

    /// Reads again after ``pauseReading()``.
    package func resumeReading() {
        if isReadingPaused { heartbeat.listenedNot(at: .now()) }
        isReadingPaused = false
        guard !held.isEmpty else {
            sink?.resumeReading()
            return
        }
        guard !isReleasing else { return }
        // Later: the delegate may be in the middle of something, or this a flush pass.
        isReleasing = true
        eventLoop.assumeIsolated().execute { self.releaseHeld() }
    }

    /// Hands out what was held; reads from the socket again when that was all.
    private func releaseHeld() {
        isReleasing = false
        guard !isReadingPaused else { return }
        var bytes = held
        held = []
        bytes.withUnsafeMutableBytes { received($0) }
        if !isReadingPaused, held.isEmpty { sink?.resumeReading() }
    }

    /// Writes the answer to the upgrade and tells the delegate; both leave in one record.
    package func start(answer: UnsafeRawBufferPointer) {
        outbox.append(answer: answer)
        outbox.flusher.wheel.schedule(self, in: heartbeat.interval)
        delegate?.opened(self)
    }

    /// Reads plaintext in place and hands out what is whole in it, up to a pause.
    func received(_ plaintext: UnsafeMutableRawBufferPointer) {
        guard held.isEmpty else { return held.append(contentsOf: plaintext) }
        var input = plaintext
        while !handshake.isClosed {
            if isReadingPaused { return held.append(contentsOf: input) }
            guard let event = parser.next(in: &input) else { return }
            switch event {
            case .text(let payload):
                if handshake.isOpen { delegate?.textReceived(payload, on: self) }
            case .binary(let payload):
                if handshake.isOpen { delegate?.binaryReceived(payload, on: self) }
            case .ping(let payload):
                if handshake.isOpen { outbox.append(control: .pong, payload) }
            case .pong:
                break
            case .close(let code):
                carryOut(handshake.received(code), reason: "")
            case .violation(let violation):
                carryOut(handshake.violated(violation.code), reason: violation.reason)
            }
        }
    }
}

extension WebSocketConnection: TLSPlaintextReceiver {
    package func tlsReceived(_ plaintext: UnsafeMutableRawBufferPointer) {
        received(plaintext)
    }

    package func tlsReadCompleted() {
        heartbeat.received(at: CoarseClock.now())
    }

    package func tlsInputEnded(truncated: Bool) {
        carryOut(handshake.inputEnded(), reason: "")
    }

    package func tlsWritabilityChanged(isWritable: Bool) {
        guard isWritable else { return }
        heartbeat.drained(at: .now())
        outbox.kernelTookAll()
    }

    package func tlsClosed(error: TLSError?) {
        guard handshake.transportClosed() else { return }
        let flusher = outbox.flusher
        flusher.wheel.remove(self)
        outbox.detach()
        sink = nil
        held = []
        // A Close that never left is not what ended the connection for the peer, but it is for the delegate.
        let code = handshake.code?.rawValue
        flusher.afterPass {
            let delegate = self.delegate
            self.delegate = nil
            delegate?.closed(self, code: code)
        }
    }
}
