import NIOCore
import Testing

@testable import ParleyClient

@Suite struct ClientFrameTests {
    @Test("The masked example of RFC 6455 §5.7")
    func example() {
        var buffer = ByteBuffer()
        ClientFrame.write(opcode: FrameHeader.Opcode.text, payload: "Hello".utf8, mask: 0x37fa_213d, into: &buffer)
        #expect(
            Array(buffer.readableBytesView)
                == [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58])
    }

    @Test("Lengths on both sides of every border", arguments: [0, 1, 125, 126, 65535, 65536])
    func lengths(count: Int) throws {
        var buffer = ByteBuffer(string: "before")
        buffer.moveReaderIndex(forwardBy: 2)
        let payload = (0..<count).map { UInt8($0 & 0xFF) }
        ClientFrame.write(opcode: 2, payload: payload, mask: 0xA1B2_C3D4, into: &buffer)
        let bytes = Array(buffer.readableBytesView.dropFirst(4))
        let header = try #require(bytes.withUnsafeBytes { FrameHeader.decode($0) })
        #expect(header.isMasked && header.isFinal && !header.hasReservedBits && header.opcode == 2)
        #expect(header.payloadLength == UInt64(count))
        let mask = bytes[header.headerLength..<header.headerLength + 4]
        #expect(Array(mask) == [0xA1, 0xB2, 0xC3, 0xD4])
        let unmasked = bytes.dropFirst(header.headerLength + 4).enumerated().map {
            $0.element ^ mask[mask.startIndex + ($0.offset & 3)]
        }
        #expect(unmasked == payload)
    }

    @Test("A close reason is cut to fit, at a character's border")
    func closePayload() {
        #expect(ClientFrame.closePayload(code: 1000, reason: "ok") == [0x03, 0xE8] + Array("ok".utf8))
        let long = ClientFrame.closePayload(code: 4501, reason: String(repeating: "é", count: 200))
        #expect(long.count == 124)
        #expect(String(validating: long.dropFirst(2), as: UTF8.self) != nil)
    }
}
