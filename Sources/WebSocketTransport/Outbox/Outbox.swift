import NIOCore

/// What one socket is to be sent: regions of shared frames and private frames of this tick, and the backlog of a peer
/// that reads slowly. Loop-bound.
///
/// **Lifetime of shared bytes.** ``append(_:_:)`` notes an address and a length and retains nothing: a fan-out to a
/// thousand sockets is a thousand short stores. Who appends has told ``TickFlusher/keepAlive(_:)`` of the buffer in
/// this tick; the flush pass at the end of the tick sends the region or copies it into the backlog, and only then lets
/// go of the buffer. A debug build stops when that was forgotten.
///
/// **Bounds.** At most 64 KiB are handed to the channel before the kernel took the last of it; the rest waits as
/// plaintext, so that ``mute()`` can drop it. What waits is bounded by the limit, over which appends are refused.
package final class Outbox {
    let flusher: TickFlusher
    var sink: (any RecordSink)?
    var owner: (any OutboxOwner)?
    let limitBytes: Int

    // The fields that an append touches are free of the dynamic exclusivity check: an append takes 7 ns without it and
    // 46 with it. No access to them spans a call that could come back here.

    /// What this tick brought.
    @exclusivity(unchecked) var regions = RegionList()
    /// What earlier ticks could not send.
    var backlog = ByteBuffer()
    /// Whether the flusher has this outbox on its list; then it must not go away unnoticed.
    @exclusivity(unchecked) var isTouched = false
    /// Whether the owner waits for ``OutboxOwner/outboxEmptied()``.
    var wantsEmptied = false
    /// The bytes, first of what waits, that not even ``mute()`` drops: the answer to the upgrade, or the rest of a frame
    /// whose beginning the kernel has. A Close frame without the one or behind half of the other would be none.
    var keptBytes = 0
    private var isMuted = false
    @exclusivity(unchecked) private var isSealed = false

    /// Plaintext that waits, in bytes.
    @exclusivity(unchecked) package internal(set) var pendingBytes = 0
    /// Whether the kernel has not taken what was handed down: until it has, nothing more is encrypted.
    @exclusivity(unchecked) package internal(set) var isBlocked = false
    /// When bytes were last handed down.
    var lastWrite: NIODeadline

    init(flusher: TickFlusher, sink: any RecordSink, limitBytes: Int, now: NIODeadline) {
        self.flusher = flusher
        self.sink = sink
        self.limitBytes = limitBytes
        lastWrite = now
    }

    /// Whether more than the limit waits: the time to stop reading commands, until the delegate hears that the outbox has
    /// drained.
    package var isOverLimit: Bool { pendingBytes > limitBytes }

    /// Whether an append was refused, or went over the limit, since the outbox was last empty.
    private(set) var owesDrained = false

    var hasUnsent: Bool { isBlocked || pendingBytes > 0 }

    /// Appends a region of a shared buffer: no copy, no retain. The caller has told ``TickFlusher/keepAlive(_:)``.
    ///
    /// - Returns: `false` over the limit; then nothing was appended, and the delegate is told when the outbox is
    ///   empty. An outbox that was muted or closed takes everything and sends nothing.
    package func append(_ buffer: FrameBuffer, _ range: Range<Int>) -> Bool {
        assert(flusher.keeps(buffer), "append without TickFlusher.keepAlive in this tick")
        precondition(range.lowerBound >= 0 && range.upperBound <= buffer.count, "a region outside its buffer")
        guard !isSealed else { return true }
        let total = pendingBytes + range.count
        guard total <= limitBytes else {
            noteRefusal()
            return false
        }
        pendingBytes = total
        regions.append(buffer.base + range.lowerBound, range.count)
        if !isTouched { flusher.touch(self) }
        return true
    }

    /// Appends a region that may be lost: dropped when the peer does not keep up.
    package func appendPassing(_ buffer: FrameBuffer, _ range: Range<Int>) {
        guard !isBlocked, pendingBytes + range.count <= limitBytes, !isSealed else { return }
        _ = append(buffer, range)
    }

    /// Appends one private frame. Always taken: who calls stops reading commands while ``isOverLimit``.
    package func append(copying payload: UnsafeRawBufferPointer, opcode: Opcode = .text) {
        guard !isSealed else { return }
        appendFrame(opcode, payload)
        if pendingBytes > limitBytes { noteRefusal() }
    }

    /// Drops everything that waits and ignores later appends; only the end of a frame that is on its way already and
    /// control frames go out after it.
    package func mute() {
        isSealed = true
        isMuted = true
        let kept = keptBytes
        if backlog.readableBytes > 0 {
            backlog = backlog.getSlice(at: backlog.readerIndex, length: kept) ?? ByteBuffer()
            regions = RegionList()
        } else {
            let first = regions.first
            regions = RegionList()
            if kept > 0, let first { regions.append(first.base, kept) }
        }
        pendingBytes = kept
    }

    /// Appends the answer to the upgrade, before anything else.
    func append(answer bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        let destination = flusher.arena.allocate(bytes.count)
        destination.copyMemory(from: source, byteCount: bytes.count)
        appendPrivate(destination, bytes.count)
        keptBytes = bytes.count
    }

    /// Appends a control frame, muted or not. A pong to a peer that does not read is dropped (RFC 6455, section 5.5.3,
    /// asks only for the last one).
    func append(control opcode: Opcode, _ payload: UnsafeRawBufferPointer) {
        guard opcode != .pong || pendingBytes + payload.count < limitBytes else { return }
        appendFrame(opcode, payload)
    }

    /// Ignores later appends; what waits is still sent.
    func seal() {
        isSealed = true
    }

    /// The channel is gone: everything is dropped and nothing touched again.
    func detach() {
        keptBytes = 0
        mute()
        sink = nil
        owner = nil
        wantsEmptied = false
    }

    /// Says whether the delegate is owed `outboxDrained`, once.
    func takeOwedDrained() -> Bool {
        defer { owesDrained = false }
        return owesDrained && !isMuted
    }

    private func noteRefusal() {
        owesDrained = true
        wantsEmptied = true
    }

    private func appendFrame(_ opcode: Opcode, _ payload: UnsafeRawBufferPointer) {
        let header = FrameHeader.serverByteCount(forPayloadOf: payload.count)
        let frame = flusher.arena.allocate(header + payload.count)
        FrameHeader.encodeServer(opcode, payloadOf: payload.count, into: frame)
        if let source = payload.baseAddress {
            (frame + header).copyMemory(from: source, byteCount: payload.count)
        }
        appendPrivate(frame, header + payload.count)
    }

    private func appendPrivate(_ base: UnsafeRawPointer, _ count: Int) {
        guard sink != nil else { return }
        pendingBytes += count
        regions.append(base, count)
        if !isTouched { flusher.touch(self) }
    }

    deinit {
        if isTouched { flusher.forget(self) }
    }
}
