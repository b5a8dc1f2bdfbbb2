/// A client's frames, read in place (RFC 6455, sections 5 and 8.1): a pure state machine over the bytes of each read.
///
/// Call ``next(in:)`` until it gives `nil`. A message that lies whole in the read is handed out where it lies; only
/// what is cut by the end of a read, or fragmented, is copied, and that memory goes back as soon as it was handed out.
/// An idle parser is some sixty bytes. After a violation it gives nothing more.
package struct FrameParser: ~Copyable {
    private enum Phase: UInt8 {
        case header
        case payload
        case failed
    }

    private let maximumMessageBytes: UInt32
    private let allowsBinary: Bool

    private var phase = Phase.header
    private var isFinal = false
    private var opcode = Opcode.continuation
    /// The kind of the message whose fragments are coming in.
    private var message: Opcode?
    private var text = UTF8Validator()
    private var mask: UInt32 = 0
    /// Payload bytes of the present frame that have not come yet.
    private var remaining: UInt32 = 0
    private var header = HeaderBytes()

    /// The message so far and, behind it, the control frame that cut it.
    private var store = PayloadStore()
    private var storedControlBytes: UInt8 = 0
    private var handedOut = HandedOut.nothing

    private enum HandedOut: UInt8 {
        case nothing
        case message
        case control
    }

    /// - Parameters:
    ///   - maximumMessageBytes: The most that one message may have over all its fragments.
    ///   - allowsBinary: Whether binary messages are taken; else they are a violation with 1003.
    package init(maximumMessageBytes: Int, allowsBinary: Bool = false) {
        self.maximumMessageBytes = UInt32(clamping: maximumMessageBytes)
        self.allowsBinary = allowsBinary
    }

    /// The next thing in `input`, which loses the bytes that were read; `nil` when there is nothing whole left.
    ///
    /// The bytes of `input` are changed in place. What the event points to is valid until the next call.
    package mutating func next(in input: inout UnsafeMutableRawBufferPointer) -> FrameEvent? {
        takeBackHandedOut()
        while true {
            switch phase {
            case .failed:
                input = UnsafeMutableRawBufferPointer(rebasing: input[input.endIndex...])
                return nil
            case .header:
                switch header.read(from: &input) {
                case .incomplete:
                    return nil
                case .violation(let violation):
                    return fail(violation)
                case .complete(let header, _):
                    if let violation = frameStarted(header) { return fail(violation) }
                }
            case .payload:
                guard remaining == 0 || !input.isEmpty else { return nil }
                let count = min(Int(remaining), input.count)
                let part = UnsafeMutableRawBufferPointer(rebasing: input[..<count])
                input = UnsafeMutableRawBufferPointer(rebasing: input[count...])
                remaining -= UInt32(count)
                Masking.remove(&mask, from: part)
                let bytes = UnsafeRawBufferPointer(part)
                if let event = opcode.isControl ? controlReceived(bytes) : dataReceived(bytes) { return event }
            }
        }
    }

    private mutating func frameStarted(_ header: FrameHeader) -> FrameViolation? {
        opcode = header.opcode
        isFinal = header.isFinal
        mask = header.mask
        switch header.opcode {
        case .continuation:
            guard message != nil else { return .strayContinuation }
        case .text, .binary:
            guard message == nil else { return .unfinishedMessage }
            guard header.opcode == .text || allowsBinary else { return .binary }
            message = header.opcode
            text.reset()
        case .close, .ping, .pong:
            break
        }
        // Before a byte of it is kept. Both sides are small: the store never holds more than the limit.
        let room = header.opcode.isControl ? 125 : UInt64(maximumMessageBytes) - UInt64(store.count)
        guard header.length <= room else { return .tooBig }
        remaining = UInt32(header.length)
        phase = .payload
        return nil
    }

    private mutating func dataReceived(_ bytes: UnsafeRawBufferPointer) -> FrameEvent? {
        let isText = message == .text
        if isText, !text.consume(bytes) { return fail(.badText) }
        let isFrameComplete = remaining == 0
        if isFrameComplete { phase = .header }
        guard isFrameComplete, isFinal else {
            store.append(bytes, expecting: Int(remaining))
            return nil
        }
        if isText, !text.isComplete { return fail(.badText) }
        message = nil
        if store.isEmpty { return isText ? .text(bytes) : .binary(bytes) }
        store.append(bytes, expecting: 0)
        handedOut = .message
        return isText ? .text(store.bytes) : .binary(store.bytes)
    }

    private mutating func controlReceived(_ bytes: UnsafeRawBufferPointer) -> FrameEvent? {
        if remaining == 0 { phase = .header }
        if remaining == 0, storedControlBytes == 0 { return controlEvent(bytes) }
        store.append(bytes, expecting: Int(remaining))
        storedControlBytes += UInt8(bytes.count)
        guard remaining == 0 else { return nil }
        handedOut = .control
        let start = store.count - Int(storedControlBytes)
        return controlEvent(UnsafeRawBufferPointer(rebasing: store.bytes[start...]))
    }

    private mutating func controlEvent(_ payload: UnsafeRawBufferPointer) -> FrameEvent {
        switch opcode {
        case .ping: .ping(payload)
        case .pong: .pong(payload)
        default: closeEvent(payload)
        }
    }

    private mutating func closeEvent(_ payload: UnsafeRawBufferPointer) -> FrameEvent {
        guard !payload.isEmpty else { return .close(nil) }
        guard payload.count >= 2 else { return fail(.badClose) }
        let code = CloseCode(rawValue: UInt16(bigEndian: payload.loadUnaligned(as: UInt16.self)))
        guard code.isValidOnWire else { return fail(.badClose) }
        var reason = UTF8Validator()
        guard reason.consume(UnsafeRawBufferPointer(rebasing: payload[2...])), reason.isComplete else {
            return fail(.badText)
        }
        return .close(code)
    }

    private mutating func takeBackHandedOut() {
        switch handedOut {
        case .nothing:
            return
        case .message:
            store.release()
        case .control:
            store.removeLast(Int(storedControlBytes))
            storedControlBytes = 0
        }
        handedOut = .nothing
    }

    private mutating func fail(_ violation: FrameViolation) -> FrameEvent {
        phase = .failed
        store.release()
        storedControlBytes = 0
        handedOut = .nothing
        return .violation(violation)
    }
}
