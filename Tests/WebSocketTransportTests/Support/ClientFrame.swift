@testable import WebSocketTransport

/// Frames as a client sends them.
enum ClientFrame {
    static let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

    /// A masked frame; the first byte is given whole so that tests can break it.
    static func bytes(first: UInt8, payload: [UInt8], key: [UInt8] = key) -> [UInt8] {
        var frame: [UInt8] = [first]
        switch payload.count {
        case ...125: frame.append(0x80 | UInt8(payload.count))
        case ...Int(UInt16.max): frame += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default: frame += [0x80 | 127] + (0..<8).reversed().map { UInt8(payload.count >> ($0 * 8) & 0xFF) }
        }
        frame += key
        return frame + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    static func bytes(
        _ opcode: Opcode, _ payload: some Sequence<UInt8>, isFinal: Bool = true
    ) -> [UInt8] {
        bytes(first: (isFinal ? 0x80 : 0) | opcode.rawValue, payload: Array(payload))
    }

    static func text(_ text: String, isFinal: Bool = true) -> [UInt8] {
        bytes(.text, text.utf8, isFinal: isFinal)
    }

    static func close(_ code: UInt16, _ reason: String = "") -> [UInt8] {
        bytes(.close, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8))
    }
}
