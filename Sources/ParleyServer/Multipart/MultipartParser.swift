package import NIOCore

/// Reads a multipart form (RFC 7578, RFC 2046 section 5.1) as its bytes come, however they are cut, and keeps no more
/// of it than a part's head or one delimiter.
///
/// Strict where a lenient reader could be told another story than the next one: no preamble, no padding behind a
/// delimiter, lines that end in CRLF, and nothing but a line's end behind the last delimiter. Pure; never traps.
package struct MultipartParser: Sendable {
    /// What the bytes meant.
    package enum Part: Equatable, Sendable {
        /// A part begins.
        case head(MultipartHead)
        /// The next bytes of the part's content.
        case content(ByteBuffer)
        /// The part is complete.
        case end
    }

    private enum State {
        /// Before the first delimiter.
        case start
        case head
        case content
        /// Behind a delimiter: another part, or the form's end.
        case delimiter
        /// Behind the last delimiter.
        case epilogue
        case failed
    }

    /// Bytes of one part's head, at the most.
    static let maximumHeadBytes = 4096

    /// CRLF, two dashes and the boundary.
    private let delimiter: [UInt8]
    private var state = State.start
    private var buffer = ByteBuffer()

    package init(boundary: MultipartBoundary) {
        delimiter = Array("\r\n--".utf8) + boundary.bytes
    }

    /// Takes the next bytes of the form and says what is in them.
    package mutating func parse(_ bytes: ByteBuffer) throws(MultipartError) -> [Part] {
        // Most calls find it empty, and then nothing is copied.
        if buffer.readableBytes == 0 { buffer = bytes } else { buffer.writeImmutableBuffer(bytes) }
        var parts: [Part] = []
        do {
            while let goesOn = try step(&parts), goesOn {}
        } catch {
            state = .failed
            throw error
        }
        // What is left is short: a copy lets go of the buffer that it came in.
        buffer = ByteBuffer(bytes: buffer.readableBytesView)
        return parts
    }

    /// The form's bytes are over; throws where the form is not.
    package func finish() throws(MultipartError) {
        guard case .epilogue = state, buffer.readableBytes == 0 || buffer.readableBytes == 2 else {
            throw MultipartError("The form ends before its last delimiter.")
        }
    }

    /// Goes one step; nil where more bytes are needed.
    private mutating func step(_ parts: inout [Part]) throws(MultipartError) -> Bool? {
        switch state {
        case .start: return try start()
        case .head: return try head(&parts)
        case .content: return content(&parts)
        case .delimiter: return try behindDelimiter()
        case .epilogue:
            let rest = buffer.readableBytesView
            guard rest.count <= 2, rest.elementsEqual("\r\n".utf8.prefix(rest.count)) else {
                throw MultipartError("Bytes stand behind the form's last delimiter.")
            }
            return nil
        case .failed: throw MultipartError("The form was refused already.")
        }
    }

    private mutating func start() throws(MultipartError) -> Bool? {
        let first = delimiter.dropFirst(2)
        let count = min(first.count, buffer.readableBytes)
        guard buffer.readableBytesView.prefix(count).elementsEqual(first.prefix(count)) else {
            throw MultipartError("The form does not begin with its boundary.")
        }
        guard count == first.count else { return nil }
        buffer.moveReaderIndex(forwardBy: count)
        state = .delimiter
        return true
    }

    private mutating func behindDelimiter() throws(MultipartError) -> Bool? {
        guard let two = buffer.getBytes(at: buffer.readerIndex, length: 2) else { return nil }
        buffer.moveReaderIndex(forwardBy: 2)
        switch two {
        case Array("\r\n".utf8): state = .head
        case Array("--".utf8): state = .epilogue
        default: throw MultipartError("A delimiter is followed by neither a line's end nor two dashes.")
        }
        return true
    }

    private mutating func head(_ parts: inout [Part]) throws(MultipartError) -> Bool? {
        let window = buffer.readableBytesView.prefix(Self.maximumHeadBytes)
        guard let end = Self.firstIndex(of: Array("\r\n\r\n".utf8), in: window) else {
            if window.starts(with: "\r\n".utf8) { throw MultipartError("A part has no head.") }
            guard window.count < Self.maximumHeadBytes else {
                throw MultipartError("A part's head is longer than \(Self.maximumHeadBytes) bytes.")
            }
            return nil
        }
        let head = try MultipartHead(window[..<end])
        buffer.moveReaderIndex(forwardBy: end - window.startIndex + 4)
        parts.append(.head(head))
        state = .content
        return true
    }

    private mutating func content(_ parts: inout [Part]) -> Bool? {
        let view = buffer.readableBytesView
        if let found = Self.firstIndex(of: delimiter, in: view[...]) {
            append(found - view.startIndex, &parts)
            buffer.moveReaderIndex(forwardBy: delimiter.count)
            parts.append(.end)
            state = .delimiter
            return true
        }
        // The end may be the beginning of a delimiter.
        let tail = view.suffix(delimiter.count - 1)
        let candidate = tail.indices.first { tail[$0...].elementsEqual(delimiter.prefix(tail.endIndex - $0)) }
        append((candidate ?? view.endIndex) - view.startIndex, &parts)
        return nil
    }

    private mutating func append(_ count: Int, _ parts: inout [Part]) {
        guard count > 0, let slice = buffer.readSlice(length: count) else { return }
        parts.append(.content(slice))
    }

    /// The index of the first occurrence of `pattern`, which begins with a carriage return.
    private static func firstIndex(of pattern: [UInt8], in bytes: ByteBufferView) -> Int? {
        bytes.withUnsafeBytes { bytes -> Int? in
            var position = 0
            while position + pattern.count <= bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[position...(bytes.count - pattern.count)])
                guard let next = rest.firstIndex(of: pattern[0]) else { return nil }
                position += next
                if pattern.elementsEqual(bytes[position..<(position + pattern.count)]) { return position }
                position += 1
            }
            return nil
        }
        .map { bytes.startIndex + $0 }
    }
}
