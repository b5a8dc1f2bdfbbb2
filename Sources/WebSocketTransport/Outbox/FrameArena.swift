/// Memory for private frames (acks, pongs, page reads) from the moment they are appended until the pass at the end of
/// the tick has sent or copied them: one bump of a pointer each, and neighbours lie side by side.
struct FrameArena: ~Copyable {
    private static let chunkByteCount = 64 * 1024

    private struct Chunk {
        var base: UnsafeMutableRawPointer
        var capacity: Int
    }

    private var chunks: [Chunk] = []
    /// Bytes used in the last chunk.
    private var used = 0

    /// Room for `byteCount` bytes, valid until ``reset()``.
    mutating func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
        if let chunk = chunks.last, chunk.capacity - used >= byteCount {
            defer { used += byteCount }
            return chunk.base + used
        }
        let capacity = max(Self.chunkByteCount, byteCount)
        let chunk = Chunk(base: .allocate(byteCount: capacity, alignment: 16), capacity: capacity)
        chunks.append(chunk)
        used = byteCount
        return chunk.base
    }

    /// Ends the validity of everything; one chunk of the usual size is kept for the next tick.
    mutating func reset() {
        used = 0
        while let chunk = chunks.last, chunks.count > 1 || chunk.capacity > Self.chunkByteCount {
            chunk.base.deallocate()
            chunks.removeLast()
        }
    }

    deinit {
        for chunk in chunks { chunk.base.deallocate() }
    }
}
