import NIOCore

extension Outbox {
    /// Takes back frames that wait: each payload is judged once.
    ///
    /// What earlier ticks could not send is judged now. What this tick brought was in time, and goes out with the pass
    /// at its end; what the kernel does not take then is judged, too. So nothing is left of what was unwanted when the
    /// peer reads on, and appending knows nothing of all this. A frame whose beginning the kernel has is not
    /// judged: without its end the peer would understand nothing that follows.
    ///
    /// Costs a walk over what waits, at most the limit and the answers of one read, and only where something does.
    package func withdraw(_ judge: @escaping (UnsafeRawBufferPointer) -> FrameVerdict) {
        judgeBacklog(judge)
        guard !regions.isEmpty else { return }
        flusher.atEndOfPass { [weak self] in self?.judgeBacklog(judge) }
    }

    private func judgeBacklog(_ judge: (UnsafeRawBufferPointer) -> FrameVerdict) {
        guard backlog.readableBytes > keptBytes else { return }
        let before = backlog.readableBytes
        let judged = backlog.withUnsafeReadableBytes { bytes -> ByteBuffer? in
            var result: ByteBuffer?
            var start = keptBytes
            while let payload = FrameHeader.serverPayload(in: bytes, at: start), payload.upperBound <= bytes.count {
                let verdict = judge(UnsafeRawBufferPointer(rebasing: bytes[payload]))
                if verdict != .keep, result == nil {
                    result = ByteBuffer(bytes: UnsafeRawBufferPointer(rebasing: bytes[..<start]))
                }
                switch verdict {
                case .keep: result?.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[start..<payload.upperBound]))
                case .drop: break
                case .replace(let text):
                    let frame = text.withUnsafeBytes { FrameBuffer(text: $0) }
                    _ = frame.withUnsafeBytes { result?.writeBytes($0) }
                }
                start = payload.upperBound
            }
            return result
        }
        guard let judged else { return }
        backlog = judged.readableBytes > 0 ? judged : ByteBuffer()
        pendingBytes += judged.readableBytes - before
    }
}
