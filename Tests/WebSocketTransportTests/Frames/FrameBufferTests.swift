import Testing

@testable import WebSocketTransport

@Suite("Frame buffer")
struct FrameBufferTests {
    @Test("The unmasked text example of RFC 6455 section 5.7 is written")
    func rfcExample() {
        let buffer = Array("Hello".utf8).withUnsafeBytes { FrameBuffer(text: $0) }
        #expect(buffer.withUnsafeBytes { Array($0) } == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        #expect(buffer.range == 0..<7)
    }

    @Test(
        "The shortest length form is used",
        arguments: [
            (0, [0x81, 0]), (125, [0x81, 125]), (126, [0x81, 126, 0, 126]), (65535, [0x81, 126, 0xFF, 0xFF]),
            (65536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] as [(Int, [UInt8])])
    func lengths(_ count: Int, _ header: [UInt8]) {
        let payload = [UInt8](repeating: 0x61, count: count)
        let buffer = payload.withUnsafeBytes { FrameBuffer(text: $0) }
        #expect(buffer.withUnsafeBytes { Array($0) } == header + payload)
    }

    @Test("Frames lie one behind the other, each at its range, as the builder grows")
    func ranges() {
        var builder = FrameBufferBuilder(capacity: 16)
        var expected: [UInt8] = []
        var ranges: [Range<Int>] = []
        for index in 0..<50 {
            let payload = [UInt8](repeating: UInt8(index), count: index * 7)
            ranges.append(payload.withUnsafeBytes { builder.append(text: $0) })
            expected += payload.withUnsafeBytes { FrameBuffer(text: $0).withUnsafeBytes { Array($0) } }
        }
        let buffer = builder.finish()
        #expect(buffer.withUnsafeBytes { Array($0) } == expected)
        #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == expected.count)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    }
}
