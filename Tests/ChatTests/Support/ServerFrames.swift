/// Takes whole, unmasked server frames (RFC 6455, section 5.2) out of a stream of bytes.
struct ServerFrames {
    struct Frame: Equatable {
        let opcode: UInt8
        let payload: [UInt8]
    }

    private var bytes: [UInt8] = []
    private var start = 0

    mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// The next frame, nil until it is whole.
    mutating func next() -> Frame? {
        let rest = bytes[start...]
        guard rest.count >= 2 else { return nil }
        var length = Int(rest[start + 1] & 0x7F)
        var header = 2
        if length >= 126 {
            header = length == 126 ? 4 : 10
            guard rest.count >= header else { return nil }
            length = rest[(start + 2)..<(start + header)].reduce(0) { $0 << 8 | Int($1) }
        }
        guard rest.count >= header + length else { return nil }
        let frame = Frame(
            opcode: rest[start] & 0x0F, payload: Array(rest[(start + header)..<(start + header + length)]))
        start += header + length
        return frame
    }
}
