package import NIOCore

/// Turns the bytes of a server into messages: frames split anywhere, fragments joined, the rules of RFC 6455 enforced.
package struct FrameParser {
    /// What a server can say.
    package enum Message: Equatable {
        /// A whole text message, checked to be UTF-8.
        case text(String)
        /// To be answered with the same bytes.
        case ping(ByteBuffer)
        /// The answer to a ping.
        case pong
        /// The end; see ``CloseReason``.
        case close(CloseReason)
    }

    private var input = ByteBuffer()
    private var fragments: ByteBuffer?
    private let maximumMessageBytes: Int

    /// A parser that refuses messages above a size, before they are buffered.
    package init(maximumMessageBytes: Int) { self.maximumMessageBytes = maximumMessageBytes }

    /// Takes what the network delivered.
    package mutating func received(_ bytes: inout ByteBuffer) {
        if input.readableBytes == 0 {
            input = bytes
        } else {
            input.discardReadBytes()
            input.writeBuffer(&bytes)
        }
        bytes.moveReaderIndex(to: bytes.writerIndex)
    }

    /// The next message; nil until all of it has come.
    package mutating func next() throws(FrameViolation) -> Message? {
        while let header = input.withUnsafeReadableBytes({ FrameHeader.decode($0) }) {
            try check(header)
            // `check` has held the announced length against the limit, so it fits an Int.
            let length = Int(header.payloadLength)
            guard input.readableBytes - header.headerLength >= length else { return nil }
            input.moveReaderIndex(forwardBy: header.headerLength)
            guard let payload = input.readSlice(length: length) else { return nil }
            if let message = try message(header, payload) { return message }
        }
        return nil
    }

    private func check(_ header: FrameHeader) throws(FrameViolation) {
        if header.isMasked { throw FrameViolation(code: 1002, reason: "a masked frame from the server") }
        if header.hasReservedBits { throw FrameViolation(code: 1002, reason: "reserved bits are set") }
        switch header.opcode {
        case FrameHeader.Opcode.continuation:
            if fragments == nil { throw FrameViolation(code: 1002, reason: "a continuation of nothing") }
        case FrameHeader.Opcode.text:
            if fragments != nil { throw FrameViolation(code: 1002, reason: "a new message inside another") }
        case FrameHeader.Opcode.binary:
            throw FrameViolation(code: 1003, reason: "a binary message")
        case FrameHeader.Opcode.close, FrameHeader.Opcode.ping, FrameHeader.Opcode.pong:
            if !header.isFinal || header.payloadLength > 125 {
                throw FrameViolation(code: 1002, reason: "a fragmented or long control frame")
            }
        default:
            throw FrameViolation(code: 1002, reason: "a reserved opcode")
        }
        let room = maximumMessageBytes - (fragments?.readableBytes ?? 0)
        if header.payloadLength > UInt64(max(room, 125)) {
            throw FrameViolation(code: 1009, reason: "a message above \(maximumMessageBytes) bytes")
        }
    }

    private mutating func message(_ header: FrameHeader, _ payload: ByteBuffer) throws(FrameViolation) -> Message? {
        switch header.opcode {
        case FrameHeader.Opcode.ping: return .ping(payload)
        case FrameHeader.Opcode.pong: return .pong
        case FrameHeader.Opcode.close: return .close(try closeReason(payload))
        default: break
        }
        guard header.isFinal else {
            var joined = fragments ?? ByteBuffer()
            joined.writeImmutableBuffer(payload)
            fragments = joined
            return nil
        }
        var whole = payload
        if var joined = fragments {
            joined.writeImmutableBuffer(payload)
            whole = joined
            fragments = nil
        }
        guard let text = String(validating: whole.readableBytesView, as: UTF8.self) else {
            throw FrameViolation(code: 1007, reason: "a text message that is no UTF-8")
        }
        return .text(text)
    }

    private func closeReason(_ payload: ByteBuffer) throws(FrameViolation) -> CloseReason {
        var payload = payload
        if payload.readableBytes == 0 { return CloseReason(code: 1005, reason: "") }
        guard let code: UInt16 = payload.readInteger() else {
            throw FrameViolation(code: 1002, reason: "half a close code")
        }
        guard let reason = String(validating: payload.readableBytesView, as: UTF8.self) else {
            throw FrameViolation(code: 1007, reason: "a close reason that is no UTF-8")
        }
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: return CloseReason(code: code, reason: reason)
        default: throw FrameViolation(code: 1002, reason: "close code \(code)")
        }
    }
}
