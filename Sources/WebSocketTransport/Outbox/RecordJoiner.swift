/// Joins pieces into records of at most 16 KiB; a piece that fills a record by itself is not copied.
struct RecordJoiner {
    /// The most plaintext that a TLS record carries (RFC 8446, section 5.1).
    static let recordByteCount = 16 * 1024

    private let sink: any RecordSink
    private let scratch: UnsafeMutableRawBufferPointer
    private var filled = 0

    /// A joiner whose scratch has room for one record and is its alone while it lives.
    init(sink: any RecordSink, scratch: UnsafeMutableRawBufferPointer) {
        self.sink = sink
        self.scratch = scratch
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty {
            if filled == 0, rest.count >= Self.recordByteCount {
                sink.writeDirect(UnsafeRawBufferPointer(rebasing: rest[..<Self.recordByteCount]))
                rest = UnsafeRawBufferPointer(rebasing: rest[Self.recordByteCount...])
                continue
            }
            let count = min(Self.recordByteCount - filled, rest.count)
            UnsafeMutableRawBufferPointer(rebasing: scratch[filled...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
            filled += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            if filled == Self.recordByteCount { finish() }
        }
    }

    /// Writes the last, shorter record.
    mutating func finish() {
        guard filled > 0 else { return }
        sink.writeDirect(UnsafeRawBufferPointer(rebasing: scratch[..<filled]))
        filled = 0
    }
}
