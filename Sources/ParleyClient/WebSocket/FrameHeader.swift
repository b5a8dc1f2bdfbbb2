/// The first bytes of a frame from a server (RFC 6455 §5.2), which is never masked.
package struct FrameHeader: Equatable {
    /// The opcodes that version 13 of the protocol knows.
    package enum Opcode {
        /// More of a fragmented message.
        package static let continuation: UInt8 = 0x0
        /// A text message or its first fragment.
        package static let text: UInt8 = 0x1
        /// A binary message or its first fragment.
        package static let binary: UInt8 = 0x2
        /// The end, with a code and words.
        package static let close: UInt8 = 0x8
        /// To be answered with a pong of the same content.
        package static let ping: UInt8 = 0x9
        /// The answer to a ping.
        package static let pong: UInt8 = 0xA
    }

    /// The first byte: FIN, three reserved bits, the opcode.
    package var first: UInt8
    /// Whether the peer masked the frame, which a server must not.
    package var isMasked: Bool
    /// Bytes of the header itself.
    package var headerLength: Int
    /// Bytes of the payload, as announced: not to be trusted before it is held against a limit.
    package var payloadLength: UInt64

    /// A header made from its parts.
    @inlinable
    package init(first: UInt8, isMasked: Bool, headerLength: Int, payloadLength: UInt64) {
        self.first = first
        self.isMasked = isMasked
        self.headerLength = headerLength
        self.payloadLength = payloadLength
    }

    /// The last frame of its message.
    @inlinable
    package var isFinal: Bool { first & 0x80 != 0 }

    /// Reserved bits are set though no extension was agreed on.
    @inlinable
    package var hasReservedBits: Bool { first & 0x70 != 0 }

    /// The low four bits of the first byte.
    @inlinable
    package var opcode: UInt8 { first & 0x0F }

    /// Reads the header at the start of `bytes`; nil until all of it is there.
    @inlinable
    package static func decode(_ bytes: UnsafeRawBufferPointer) -> FrameHeader? {
        guard bytes.count >= 2 else { return nil }
        let second = bytes[1]
        let short = second & 0x7F
        let length: UInt64
        let headerLength: Int
        switch short {
        case 126:
            guard bytes.count >= 4 else { return nil }
            headerLength = 4
            length = UInt64(bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self).bigEndian)
        case 127:
            guard bytes.count >= 10 else { return nil }
            headerLength = 10
            length = bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self).bigEndian
        default:
            headerLength = 2
            length = UInt64(short)
        }
        return FrameHeader(
            first: bytes[0], isMasked: second & 0x80 != 0, headerLength: headerLength, payloadLength: length)
    }
}
