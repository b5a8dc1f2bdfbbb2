import TestTools
import Testing

@testable import WebSocketTransport

@Suite("Frame parser")
struct FrameParserTests {
    private static let hello = Array("Hello".utf8)

    @Test("The masked examples of RFC 6455 section 5.7 are read")
    func rfcExamples() {
        #expect(
            SeenFrame.all(in: [[0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]]) == [.text("Hello")])
        #expect(
            SeenFrame.all(in: [[0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]])
                == [.pong(Self.hello)])
    }

    @Test("The unmasked examples of RFC 6455 section 5.7 are refused from a client")
    func rfcUnmaskedExamples() {
        #expect(SeenFrame.all(in: [[0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]]) == [.violation(1002)])
        #expect(SeenFrame.all(in: [[0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]]) == [.violation(1002)])
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var seen: [SeenFrame]

        init(_ name: String, _ bytes: [UInt8], _ seen: SeenFrame...) {
            testDescription = name
            self.bytes = bytes
            self.seen = seen
        }
    }

    static let accepted: [Case] = [
        Case("empty text", ClientFrame.text(""), .text("")),
        Case("text", ClientFrame.text("Hé 🚀"), .text("Hé 🚀")),
        Case("two messages", ClientFrame.text("a") + ClientFrame.text("b"), .text("a"), .text("b")),
        Case("binary", ClientFrame.bytes(.binary, [0, 0xFF]), .binary([0, 0xFF])),
        Case(
            "126 bytes", ClientFrame.bytes(.binary, [UInt8](repeating: 7, count: 126)),
            .binary(.init(repeating: 7, count: 126))),
        Case(
            "65,536 bytes", ClientFrame.bytes(.binary, [UInt8](repeating: 7, count: 65536)),
            .binary(.init(repeating: 7, count: 65536))),
        Case(
            "fragments", ClientFrame.text("Hel", isFinal: false) + ClientFrame.bytes(.continuation, "lo".utf8),
            .text("Hello")),
        Case(
            "a scalar over two fragments",
            ClientFrame.bytes(.text, [0xF0, 0x9F], isFinal: false) + ClientFrame.bytes(.continuation, [0x9A, 0x80]),
            .text("🚀")),
        Case(
            "empty fragments",
            ClientFrame.text("", isFinal: false) + ClientFrame.bytes(.continuation, [], isFinal: false)
                + ClientFrame.bytes(.continuation, []), .text("")),
        Case(
            "ping inside fragments",
            ClientFrame.text("Hel", isFinal: false) + ClientFrame.bytes(.ping, [1, 2])
                + ClientFrame.bytes(.continuation, "lo".utf8), .ping([1, 2]), .text("Hello")),
        Case(
            "long ping", ClientFrame.bytes(.ping, [UInt8](repeating: 1, count: 125)),
            .ping(.init(repeating: 1, count: 125))),
        Case("close without a code", ClientFrame.bytes(.close, []), .close(nil)),
        Case("close with a reason", ClientFrame.close(1000, "bye é"), .close(1000)),
        Case("close 4999", ClientFrame.close(4999), .close(4999)),
        Case("close 1012", ClientFrame.close(1012), .close(1012)),
    ]

    static let refused: [Case] = [
        Case("RSV1", ClientFrame.bytes(first: 0xC1, payload: hello), .violation(1002)),
        Case("RSV2", ClientFrame.bytes(first: 0xA1, payload: hello), .violation(1002)),
        Case("RSV3 on a ping", ClientFrame.bytes(first: 0x99, payload: []), .violation(1002)),
        Case("opcode 3", ClientFrame.bytes(first: 0x83, payload: []), .violation(1002)),
        Case("opcode 7", ClientFrame.bytes(first: 0x87, payload: []), .violation(1002)),
        Case("opcode B", ClientFrame.bytes(first: 0x8B, payload: []), .violation(1002)),
        Case("opcode F", ClientFrame.bytes(first: 0x8F, payload: []), .violation(1002)),
        Case("fragmented ping", ClientFrame.bytes(first: 0x09, payload: []), .violation(1002)),
        Case("ping of 126 bytes", [0x89, 0xFE, 0, 126], .violation(1002)),
        Case("stray continuation", ClientFrame.bytes(.continuation, hello), .violation(1002)),
        Case(
            "text inside fragments", ClientFrame.text("a", isFinal: false) + ClientFrame.text("b"), .violation(1002)),
        Case("16-bit length for 125", [0x81, 0xFE, 0, 125], .violation(1002)),
        Case("64-bit length for 65,535", [0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], .violation(1002)),
        Case("64-bit length with the top bit", [0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0], .violation(1002)),
        Case(
            "length of 2^63 - 1", [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0],
            .violation(1009)),
        Case("lone continuation byte", ClientFrame.bytes(.text, [0x80]), .violation(1007)),
        Case("surrogate", ClientFrame.bytes(.text, [0xED, 0xA0, 0x80]), .violation(1007)),
        Case("cut scalar", ClientFrame.bytes(.text, [0xF0, 0x9F]), .violation(1007)),
        Case(
            "bad over fragments",
            ClientFrame.bytes(.text, [0xF4], isFinal: false) + ClientFrame.bytes(.continuation, [0x90], isFinal: false),
            .violation(1007)),
        Case("close of one byte", ClientFrame.bytes(.close, [3]), .violation(1002)),
        Case("close with bad UTF-8", ClientFrame.bytes(.close, [0x03, 0xE8, 0xFF]), .violation(1007)),
        Case(
            "nothing after a violation", ClientFrame.bytes(first: 0x83, payload: []) + ClientFrame.text("a"),
            .violation(1002)),
    ]

    @Test("Good frames are handed out", arguments: accepted)
    func accepts(_ example: Case) {
        #expect(SeenFrame.all(in: [example.bytes], maximumMessageBytes: 65536) == example.seen)
    }

    @Test("Broken frames are violations with the right code", arguments: refused)
    func refuses(_ example: Case) {
        #expect(SeenFrame.all(in: [example.bytes], maximumMessageBytes: 65536) == example.seen)
    }

    @Test("Byte by byte the same is found", arguments: accepted + refused)
    func byteByByte(_ example: Case) {
        #expect(SeenFrame.all(in: example.bytes.map { [$0] }, maximumMessageBytes: 65536) == example.seen)
    }

    @Test("Cut at every byte the same is found", arguments: (accepted + refused).filter { $0.bytes.count < 1000 })
    func cutAnywhere(_ example: Case) {
        for cut in 0...example.bytes.count {
            let reads = [Array(example.bytes[..<cut]), Array(example.bytes[cut...])]
            #expect(SeenFrame.all(in: reads, maximumMessageBytes: 65536) == example.seen, "cut at \(cut)")
        }
    }

    @Test(
        "Close codes that may not be sent are protocol errors",
        arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535] as [UInt16])
    func closeCodes(_ code: UInt16) {
        #expect(SeenFrame.all(in: [ClientFrame.close(code)]) == [.violation(1002)])
    }

    @Test("Bad UTF-8 fails at its first byte, before the frame is whole")
    func failsFast() {
        let frame = ClientFrame.bytes(.text, [0x61, 0xC0, 0x62, 0x63])
        #expect(SeenFrame.all(in: [Array(frame[..<8])]) == [.violation(1007)])
    }

    @Test("A message over the limit is refused at its header, over all fragments")
    func limit() {
        let head = Array(ClientFrame.bytes(.binary, [UInt8](repeating: 0, count: 11))[..<6])
        #expect(SeenFrame.all(in: [head], maximumMessageBytes: 10) == [.violation(1009)])
        let first = ClientFrame.bytes(.binary, [UInt8](repeating: 0, count: 6), isFinal: false)
        let second = Array(ClientFrame.bytes(.continuation, [UInt8](repeating: 0, count: 5))[..<6])
        #expect(SeenFrame.all(in: [first + second], maximumMessageBytes: 10) == [.violation(1009)])
        let fits = ClientFrame.bytes(.continuation, [UInt8](repeating: 0, count: 4))
        #expect(
            SeenFrame.all(in: [first, fits], maximumMessageBytes: 10) == [.binary([UInt8](repeating: 0, count: 10))])
    }

    @Test("Binary is 1003 unless it is allowed")
    func binaryPolicy() {
        #expect(SeenFrame.all(in: [ClientFrame.bytes(.binary, [])], allowsBinary: false) == [.violation(1003)])
    }

    @Test("A message that lies whole in the read is handed out where it lies")
    func noCopy() {
        var parser = FrameParser(maximumMessageBytes: 100)
        var bytes = ClientFrame.text("Hello")
        bytes.withUnsafeMutableBytes { memory in
            var input = memory
            guard case .text(let payload) = parser.next(in: &input) else {
                Issue.record("no text")
                return
            }
            #expect(payload.baseAddress == UnsafeRawPointer(memory.baseAddress)?.advanced(by: 6))
            #expect(input.isEmpty)
        }
    }

    @Test("An idle parser takes little memory")
    func size() {
        #expect(MemoryLayout<FrameParser>.size <= 80)
    }

    @Test("Noise never traps, however it is cut", arguments: 0..<64)
    func noise(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var bytes: [UInt8] = []
            // Half of the frames begin well, so that the noise reaches every state.
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let payload = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                    UInt8.random(in: 0x20...0x7E, using: &generator)
                }
                let first = UInt8.random(in: 0...255, using: &generator)
                bytes += ClientFrame.bytes(
                    first: Bool.random(using: &generator)
                        ? first & 0x8F : [0x01, 0x80, 0x00, 0x89].randomElement(using: &generator) ?? 0,
                    payload: payload)
                if Int.random(in: 0..<4, using: &generator) == 0 {
                    bytes.append(UInt8.random(in: 0...255, using: &generator))
                }
            }
            var reads: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...rest.count, using: &generator)
                reads.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let whole = SeenFrame.all(in: [bytes], maximumMessageBytes: 300)
            #expect(SeenFrame.all(in: reads, maximumMessageBytes: 300) == whole)
        }
    }
}
