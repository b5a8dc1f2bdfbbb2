/// The `send` or `ping` command of one socket as a masked frame, made once; a send changes only the digits of the time.
struct SendTemplate {
    /// Fixed, so that a frame need not be masked anew; nobody who could exploit that takes part in a load test.
    private static let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]

    private var frame: [UInt8]
    private let digitsOffset: Int
    /// The masking bytes as they fall on offsets of the frame.
    private let maskAtFrame: [UInt8]

    /// The command of socket number `sender` for texts of `textBytes` bytes; an `id` asks for an answer.
    init(room: String, sender: Int, textBytes: Int, id: String?) {
        let idField = id.map { #","id":"\#($0)""# } ?? ""
        self.init(
            head: Array(#"{"type":"send"\#(idField),"room":"\#(room)","text":"@@"#.utf8), sender: sender,
            padding: max(0, textBytes - Marker.length))
    }

    /// The command of another dialect than Parley's.
    init(_ dialect: LoadDialect, room: String, sender: Int, textBytes: Int) {
        let (head, tail) = dialect.frame(room: room, textBytes: textBytes)
        self.init(
            head: Array("\(head)@@".utf8), sender: sender, padding: max(0, textBytes - Marker.length),
            tail: Array(tail.utf8))
    }

    /// The `ping` of socket number `sender`, with the marker as its id, which the answer carries back.
    init(pingFrom sender: Int) {
        self.init(head: Array(#"{"type":"ping","id":"@@"#.utf8), sender: sender, padding: 0)
    }

    private init(head: [UInt8], sender: Int, padding: Int, tail: [UInt8] = Array("\"}".utf8)) {
        var payload = head + [UInt8](repeating: UInt8(ascii: "0"), count: 20) + Array("@@".utf8)
        var number = [UInt8](repeating: 0, count: 6)
        number.withUnsafeMutableBytes {
            Marker.write(UInt64(sender), digits: 6, into: $0, at: 0, mask: [0, 0, 0, 0])
        }
        payload += number
        payload += [UInt8](repeating: UInt8(ascii: "x"), count: padding)
        payload += tail
        var header: [UInt8] = [0x81]
        if payload.count < 126 {
            header.append(0x80 | UInt8(payload.count))
        } else {
            header += [
                0x80 | 126, UInt8(truncatingIfNeeded: payload.count >> 8), UInt8(truncatingIfNeeded: payload.count),
            ]
        }
        header += Self.mask
        frame = header + payload.enumerated().map { $0.element ^ Self.mask[$0.offset & 3] }
        digitsOffset = header.count + head.count
        maskAtFrame = (0..<4).map { Self.mask[($0 + 4 * 4 - header.count) & 3] }
    }

    /// Puts the time in and gives the frame for the length of the call.
    mutating func withFrame(sentAt: UInt64, _ body: (UnsafeRawBufferPointer) -> Void) {
        let offset = digitsOffset
        let mask = maskAtFrame
        frame.withUnsafeMutableBytes { bytes in
            Marker.write(sentAt, digits: 20, into: bytes, at: offset, mask: mask)
            body(UnsafeRawBufferPointer(bytes))
        }
    }
}
