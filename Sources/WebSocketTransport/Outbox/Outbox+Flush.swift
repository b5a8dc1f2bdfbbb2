import NIOCore

extension Outbox {
    /// The most that is handed to the channel before the kernel took the last of it.
    static let roundByteCount = 64 * 1024
    /// The most that one socket writes in one pass; then it is the others' turn.
    static let passByteCount = 256 * 1024

    /// Sends what waits, as far as the kernel takes it, and copies the rest: the end of the tick.
    ///
    /// Nothing here calls the owner: the channel may fail below a write, and what follows from it comes after the pass.
    func flush(scratch: UnsafeMutableRawBufferPointer, now: NIODeadline) {
        isTouched = false
        guard let sink else { return }
        if sink.hasUnsentBytes {
            keepRegions()
            blocked()
            return
        }
        isBlocked = false
        let kept = keptBytes
        keptBytes = 0
        if let region = regions.only, region.count <= RecordJoiner.recordByteCount, backlog.readableBytes == 0 {
            regions = RegionList()
            pendingBytes = 0
            sink.writeDirect(region.bytes)
            sink.flushDirect()
        } else if pendingBytes > 0 {
            flushJoined(sink, scratch, unframed: kept)
        } else {
            return finishFlush(sink)
        }
        lastWrite = now
        finishFlush(sink)
    }

    /// The kernel took everything that was handed down.
    func kernelTookAll() {
        guard sink != nil else { return }
        isBlocked = false
        if pendingBytes > 0 || wantsEmptied, !isTouched { flusher.touch(self) }
    }

    private func finishFlush(_ sink: any RecordSink) {
        // The channel may have failed below the write.
        guard self.sink != nil else { return }
        if sink.hasUnsentBytes {
            blocked()
        } else if pendingBytes > 0 {
            if !isTouched { flusher.touch(self) }
        } else if wantsEmptied {
            wantsEmptied = false
            flusher.afterPass { self.owner?.outboxEmptied() }
        }
    }

    private func blocked() {
        guard !isBlocked else { return }
        isBlocked = true
        flusher.afterPass { self.owner?.outboxBlocked() }
    }

    /// Joins backlog and regions into records, round by round while the kernel keeps up.
    ///
    /// Both are taken out first: a write that fails closes the channel from below and empties the outbox meanwhile.
    /// `unframed` is how many bytes stand before the first frame that begins in what waits.
    private func flushJoined(
        _ sink: any RecordSink, _ scratch: UnsafeMutableRawBufferPointer, unframed: Int
    ) {
        var backlog = ByteBuffer()
        swap(&backlog, &self.backlog)
        let regions = self.regions
        self.regions = RegionList()

        var allowance = Self.passByteCount
        var round = Self.roundByteCount
        var joiner = RecordJoiner(sink: sink, scratch: scratch)
        var isOpen = true

        /// Sends as much of `bytes` as goes now and gives what is left.
        func send(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
            var rest = bytes
            while !rest.isEmpty, isOpen {
                let count = min(rest.count, round)
                joiner.add(UnsafeRawBufferPointer(rebasing: rest[..<count]))
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                round -= count
                allowance -= count
                guard round == 0 else { continue }
                joiner.finish()
                sink.flushDirect()
                isOpen = allowance > 0 && self.sink != nil && !sink.hasUnsentBytes
                round = min(Self.roundByteCount, allowance)
            }
            return rest
        }

        var kept = 0
        var framesBegin = unframed
        let left = backlog.withUnsafeReadableBytes { bytes in
            guard !bytes.isEmpty else { return 0 }
            let left = send(bytes).count
            if left > 0 { kept = FrameHeader.restOfServerFrame(in: bytes, from: framesBegin, cut: bytes.count - left) }
            framesBegin = 0
            return left
        }
        backlog.moveReaderIndex(forwardBy: backlog.readableBytes - left)
        if left == 0 { backlog = ByteBuffer() }
        regions.forEach { region in
            let rest = send(region.bytes)
            if !rest.isEmpty {
                if backlog.readableBytes == 0 {
                    kept = FrameHeader.restOfServerFrame(
                        in: region.bytes, from: framesBegin, cut: region.count - rest.count)
                }
                backlog.writeBytes(rest)
            }
            framesBegin = 0
        }
        joiner.finish()
        if round < Self.roundByteCount { sink.flushDirect() }
        guard self.sink != nil else { return }
        self.backlog = backlog
        keptBytes = kept
        pendingBytes = backlog.readableBytes
    }

    private func keepRegions() {
        guard !regions.isEmpty else { return }
        if backlog.readerIndex > backlog.readableBytes { backlog.discardReadBytes() }
        regions.forEach { backlog.writeBytes($0.bytes) }
        regions = RegionList()
    }
}
