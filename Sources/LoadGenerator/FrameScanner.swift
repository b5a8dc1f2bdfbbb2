package import ParleyClient

/// Finds whole frames in a stream that is cut anywhere, in place; only a frame that is cut is copied.
package struct FrameScanner {
    /// A frame above this is no part of any load.
    private static let maximumPayloadBytes: UInt64 = 4 << 20

    private var cut: [UInt8] = []

    /// A scanner at the start of a frame.
    package init() {}

    /// Whether the stream ended inside a frame.
    package var isInsideFrame: Bool { !cut.isEmpty }

    /// Takes bytes and calls `body` with each frame that is complete; the payload is valid during the call only.
    @inline(__always)
    package mutating func received(
        _ bytes: UnsafeRawBufferPointer, _ body: (FrameHeader, UnsafeRawBufferPointer) -> Void
    ) throws(FrameViolation) {
        var rest = bytes
        if !cut.isEmpty {
            guard try completeCut(&rest) else { return }
            cut.withUnsafeBytes { whole in
                if let header = FrameHeader.decode(whole) {
                    body(header, UnsafeRawBufferPointer(rebasing: whole[header.headerLength...]))
                }
            }
            cut.removeAll(keepingCapacity: cut.capacity <= 4096)
        }
        while let header = FrameHeader.decode(rest) {
            try Self.check(header)
            let end = header.headerLength + Int(header.payloadLength)
            guard rest.count >= end else { break }
            body(header, UnsafeRawBufferPointer(rebasing: rest[header.headerLength..<end]))
            rest = UnsafeRawBufferPointer(rebasing: rest[end...])
        }
        if !rest.isEmpty { cut.append(contentsOf: rest) }
    }

    /// Takes from `rest` what the cut frame lacks; false when that was not enough.
    private mutating func completeCut(_ rest: inout UnsafeRawBufferPointer) throws(FrameViolation) -> Bool {
        var header = cut.withUnsafeBytes { FrameHeader.decode($0) }
        while header == nil {
            guard let byte = rest.first else { return false }
            cut.append(byte)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
            header = cut.withUnsafeBytes { FrameHeader.decode($0) }
        }
        guard let header else { return false }
        try Self.check(header)
        let lacking = header.headerLength + Int(header.payloadLength) - cut.count
        let taken = rest.prefix(lacking)
        cut.append(contentsOf: taken)
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(taken.count))
        return taken.count == lacking
    }

    @inline(__always)
    private static func check(_ header: FrameHeader) throws(FrameViolation) {
        guard !header.isMasked, !header.hasReservedBits, header.payloadLength <= maximumPayloadBytes else {
            throw violation(header)
        }
    }

    @inline(never)
    private static func violation(_ header: FrameHeader) -> FrameViolation {
        if header.isMasked { return FrameViolation(code: 1002, reason: "a masked frame from the server") }
        if header.hasReservedBits { return FrameViolation(code: 1002, reason: "reserved bits are set") }
        return FrameViolation(code: 1009, reason: "a frame of \(header.payloadLength) bytes")
    }
}
