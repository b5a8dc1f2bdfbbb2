package import NIOCore

/// Writes the frames of a client: one frame a message, always masked (RFC 6455 §5.3).
package enum ClientFrame {
    /// Appends one final frame with `payload` to `buffer`.
    ///
    /// `mask` must be unpredictable to whoever may have chosen the payload (RFC 6455 §10.3).
    package static func write(
        opcode: UInt8, payload: some Collection<UInt8>, mask: UInt32, into buffer: inout ByteBuffer
    ) {
        let count = payload.count
        buffer.reserveCapacity(minimumWritableBytes: count + 14)
        buffer.writeInteger(0x80 | opcode)
        switch count {
        case ..<126:
            buffer.writeInteger(0x80 | UInt8(count))
        case ..<65536:
            buffer.writeInteger(UInt8(0x80 | 126))
            buffer.writeInteger(UInt16(count))
        default:
            buffer.writeInteger(UInt8(0x80 | 127))
            buffer.writeInteger(UInt64(count))
        }
        buffer.writeInteger(mask)
        let start = buffer.readableBytes
        buffer.writeBytes(payload)
        buffer.withUnsafeMutableReadableBytes { bytes in
            for index in 0..<count {
                bytes[start + index] ^= UInt8(truncatingIfNeeded: mask >> UInt32(24 - 8 * (index & 3)))
            }
        }
    }

    /// The payload of a Close frame: the code and as much of the reason as fits a control frame.
    package static func closePayload(code: UInt16, reason: String) -> [UInt8] {
        var words = Array(reason.utf8.prefix(123))
        // A character cut in half would be bad UTF-8, which the peer has to refuse.
        while !words.isEmpty, String(validating: words, as: UTF8.self) == nil { words.removeLast() }
        return [UInt8(truncatingIfNeeded: code >> 8), UInt8(truncatingIfNeeded: code)] + words
    }
}
