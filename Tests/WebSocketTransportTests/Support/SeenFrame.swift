@testable import WebSocketTransport

/// A parser's event with its bytes copied, so that it outlives the call.
enum SeenFrame: Equatable {
    case text(String)
    case binary([UInt8])
    case ping([UInt8])
    case pong([UInt8])
    case close(UInt16?)
    case violation(UInt16)

    init(_ event: FrameEvent) {
        switch event {
        case .text(let payload): self = .text(String(decoding: payload, as: UTF8.self))
        case .binary(let payload): self = .binary(Array(payload))
        case .ping(let payload): self = .ping(Array(payload))
        case .pong(let payload): self = .pong(Array(payload))
        case .close(let code): self = .close(code?.rawValue)
        case .violation(let violation): self = .violation(violation.code.rawValue)
        }
    }

    /// Everything that one parser finds in the given reads.
    static func all(
        in reads: [[UInt8]], maximumMessageBytes: Int = 64 * 1024, allowsBinary: Bool = true
    ) -> [SeenFrame] {
        var parser = FrameParser(maximumMessageBytes: maximumMessageBytes, allowsBinary: allowsBinary)
        var seen: [SeenFrame] = []
        for read in reads {
            var bytes = read
            bytes.withUnsafeMutableBytes { memory in
                var input = memory
                while let event = parser.next(in: &input) { seen.append(SeenFrame(event)) }
            }
        }
        return seen
    }
}
