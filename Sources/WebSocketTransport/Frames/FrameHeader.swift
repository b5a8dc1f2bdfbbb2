/// The header of one frame (RFC 6455, section 5.2).
struct FrameHeader: Equatable {
    /// Two bytes, eight of extended length, four of mask.
    static let maximumByteCount = 14

    var isFinal: Bool
    var opcode: Opcode
    var length: UInt64
    /// The masking key; its lowest byte is the first on the wire.
    var mask: UInt32

    enum Decoded: Equatable {
        case incomplete
        case complete(FrameHeader, byteCount: Int)
        case violation(FrameViolation)
    }

    /// Reads a client's header and refuses what can be refused as soon as the byte that says so is there.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> Decoded {
        guard let first = bytes.first else { return .incomplete }
        guard first & 0x70 == 0 else { return .violation(.reservedBits) }
        guard let opcode = Opcode(rawValue: first & 0x0F) else { return .violation(.reservedOpcode) }
        let isFinal = first & 0x80 != 0
        guard isFinal || !opcode.isControl else { return .violation(.fragmentedControl) }

        guard bytes.count >= 2 else { return .incomplete }
        let second = bytes[1]
        guard second & 0x80 != 0 else { return .violation(.unmasked) }
        let short = second & 0x7F
        guard short <= 125 || !opcode.isControl else { return .violation(.longControl) }

        var length = UInt64(short)
        var offset = 2
        switch short {
        case 126:
            guard bytes.count >= 4 else { return .incomplete }
            length = UInt64(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
            guard length > 125 else { return .violation(.badLength) }
            offset = 4
        case 127:
            guard bytes.count >= 10 else { return .incomplete }
            length = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
            guard length > UInt64(UInt16.max), length <= UInt64(Int64.max) else { return .violation(.badLength) }
            offset = 10
        default:
            break
        }
        guard bytes.count >= offset + 4 else { return .incomplete }
        let mask = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        let header = FrameHeader(isFinal: isFinal, opcode: opcode, length: length, mask: mask)
        return .complete(header, byteCount: offset + 4)
    }

    /// The bytes from `cut` to the end of the frame that `cut` is in: none where a frame begins there.
    ///
    /// `bytes` holds whole, unmasked frames from `start` on; what stands before belongs together, too.
    static func restOfServerFrame(in bytes: UnsafeRawBufferPointer, from start: Int, cut: Int) -> Int {
        var end = start
        while end < cut, let payload = serverPayload(in: bytes, at: end) { end = payload.upperBound }
        return end - cut
    }

    /// Where the payload lies of the whole, unmasked frame that begins at `start`; nil at the end of `bytes`.
    static func serverPayload(in bytes: UnsafeRawBufferPointer, at start: Int) -> Range<Int>? {
        guard bytes.count - start >= 2 else { return nil }
        let short = Int(bytes[start + 1])
        switch short {
        case 126 where bytes.count - start >= 4:
            let count = Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 2, as: UInt16.self)))
            return (start + 4)..<(start + 4 + count)
        case 127 where bytes.count - start >= 10:
            let count = Int(UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 2, as: UInt64.self)))
            return (start + 10)..<(start + 10 + count)
        default: return (start + 2)..<(start + 2 + short)
        }
    }

    /// The bytes that a server's header for a payload of `length` bytes takes: 2, 4 or 10.
    static func serverByteCount(forPayloadOf length: Int) -> Int {
        length <= 125 ? 2 : length <= Int(UInt16.max) ? 4 : 10
    }

    /// Writes the header of a whole, unmasked frame and gives its length; there must be room for ten bytes.
    @discardableResult
    static func encodeServer(
        _ opcode: Opcode, payloadOf length: Int, into destination: UnsafeMutableRawPointer
    ) -> Int {
        destination.storeBytes(of: 0x80 | opcode.rawValue, as: UInt8.self)
        if length <= 125 {
            destination.storeBytes(of: UInt8(length), toByteOffset: 1, as: UInt8.self)
            return 2
        }
        if length <= Int(UInt16.max) {
            destination.storeBytes(of: 126, toByteOffset: 1, as: UInt8.self)
            destination.storeBytes(of: UInt16(length).bigEndian, toByteOffset: 2, as: UInt16.self)
            return 4
        }
        destination.storeBytes(of: 127, toByteOffset: 1, as: UInt8.self)
        destination.storeBytes(of: UInt64(length).bigEndian, toByteOffset: 2, as: UInt64.self)
        return 10
    }
}
