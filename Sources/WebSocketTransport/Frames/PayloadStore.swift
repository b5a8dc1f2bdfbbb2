/// The bytes of a message that came in more than one read; nothing is allocated while it is empty.
struct PayloadStore: ~Copyable {
    private var base: UnsafeMutableRawPointer?
    private(set) var count = 0
    private var capacity = 0

    var isEmpty: Bool { count == 0 }

    /// The bytes, valid until the next mutation.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Adds bytes.
    ///
    /// Room grows with what came, not with what a header promised: a peer that announces 64 KiB and goes silent
    /// holds only what it sent. Growth stops at the number of bytes that are still announced.
    mutating func append(_ bytes: UnsafeRawBufferPointer, expecting expected: Int) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        let needed = count + bytes.count
        if needed > capacity {
            resize(to: max(needed, min(max(256, capacity * 2), needed + expected)))
        }
        base?.advanced(by: count).copyMemory(from: source, byteCount: bytes.count)
        count = needed
    }

    /// Drops bytes at the end.
    mutating func removeLast(_ byteCount: Int) {
        count -= byteCount
        if count == 0 { release() }
    }

    /// Gives the memory back.
    mutating func release() {
        base?.deallocate()
        base = nil
        count = 0
        capacity = 0
    }

    private mutating func resize(to newCapacity: Int) {
        let larger = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 16)
        if let base, count > 0 { larger.copyMemory(from: base, byteCount: count) }
        base?.deallocate()
        base = larger
        capacity = newCapacity
    }

    deinit {
        base?.deallocate()
    }
}
