/// Frames one payload after another into the memory that becomes a ``FrameBuffer``.
package struct FrameBufferBuilder: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    /// The bytes written so far.
    package private(set) var count = 0

    /// - Parameter capacity: Bytes to make room for at once; more is made when needed.
    package init(capacity: Int = 1024) {
        self.capacity = max(16, capacity)
        base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    /// Adds one text frame and gives the place of its bytes, header included.
    package mutating func append(text payload: UnsafeRawBufferPointer) -> Range<Int> {
        append(.text, payload)
    }

    /// Adds one whole frame of any kind and gives the place of its bytes, header included.
    package mutating func append(_ opcode: Opcode, _ payload: UnsafeRawBufferPointer) -> Range<Int> {
        let start = count
        // The header is written with room for its longest form.
        reserve(payload.count + 10)
        count += FrameHeader.encodeServer(opcode, payloadOf: payload.count, into: base + count)
        if let source = payload.baseAddress {
            (base + count).copyMemory(from: source, byteCount: payload.count)
            count += payload.count
        }
        return start..<count
    }

    /// The finished bytes, from now on immutable.
    package consuming func finish() -> FrameBuffer {
        let (base, count) = take()
        return FrameBuffer(adopting: base, count: count)
    }

    /// Gives the memory away.
    consuming func take() -> (UnsafeMutableRawPointer, Int) {
        let taken = (base, count)
        discard self
        return taken
    }

    private mutating func reserve(_ byteCount: Int) {
        guard count + byteCount > capacity else { return }
        let newCapacity = max(capacity * 2, count + byteCount)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 16)
        larger.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = larger
        capacity = newCapacity
    }

    deinit {
        base.deallocate()
    }
}
