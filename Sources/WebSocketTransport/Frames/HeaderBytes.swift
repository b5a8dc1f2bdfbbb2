/// The first bytes of a header that the end of a read cut, kept inline.
struct HeaderBytes {
    private var storage: (UInt64, UInt64) = (0, 0)
    private var count: UInt8 = 0

    /// Reads a header, most often straight from `input`, which loses the bytes read.
    mutating func read(from input: inout UnsafeMutableRawBufferPointer) -> FrameHeader.Decoded {
        if count == 0 {
            let decoded = FrameHeader.decode(UnsafeRawBufferPointer(input))
            switch decoded {
            case .complete(_, let byteCount):
                input = UnsafeMutableRawBufferPointer(rebasing: input[byteCount...])
            case .incomplete:
                while !input.isEmpty { takeByte(from: &input) }
            case .violation:
                break
            }
            return decoded
        }
        while !input.isEmpty {
            takeByte(from: &input)
            let decoded = withUnsafeBytes(of: storage) { bytes in
                FrameHeader.decode(UnsafeRawBufferPointer(rebasing: bytes[..<Int(count)]))
            }
            if decoded == .incomplete { continue }
            count = 0
            return decoded
        }
        return .incomplete
    }

    /// An incomplete header is at most 13 bytes, so that there is always room.
    private mutating func takeByte(from input: inout UnsafeMutableRawBufferPointer) {
        let byte = input[0]
        input = UnsafeMutableRawBufferPointer(rebasing: input[1...])
        withUnsafeMutableBytes(of: &storage) { $0[Int(count)] = byte }
        count += 1
    }
}
