import ParleyClient
import TestTools
import Testing

@testable import LoadGenerator

@Suite struct FrameScannerTests {
    private struct Frame: Equatable {
        var opcode: UInt8
        var payload: [UInt8]
    }

    private func scan(_ pieces: [[UInt8]]) throws -> (frames: [Frame], isInsideFrame: Bool) {
        var scanner = FrameScanner()
        var frames: [Frame] = []
        for piece in pieces {
            try piece.withUnsafeBytes { bytes in
                try scanner.received(bytes) { frames.append(Frame(opcode: $0.opcode, payload: Array($1))) }
            }
        }
        return (frames, scanner.isInsideFrame)
    }

    private let stream =
        FrameParserTests.frame(0x81, Array("one".utf8)) + FrameParserTests.frame(0x81, [])
        + FrameParserTests.frame(0x89, [9]) + FrameParserTests.frame(0x81, [UInt8](repeating: 7, count: 200))
        + FrameParserTests.frame(0x88, [3, 232])

    @Test("Cut at any two places, the frames are the same")
    func splits() throws {
        let whole = try scan([stream])
        #expect(whole.frames.map(\.opcode) == [1, 1, 9, 1, 8])
        #expect(whole.frames.map(\.payload.count) == [3, 0, 1, 200, 2])
        #expect(!whole.isInsideFrame)
        #expect(try scan(stream.map { [$0] }).frames == whole.frames)
        for first in 0..<stream.count {
            for second in stride(from: first, to: stream.count, by: 7) {
                let pieces = [stream[..<first], stream[first..<second], stream[second...]].map { Array($0) }
                #expect(try scan(pieces).frames == whole.frames, "cut at \(first) and \(second)")
            }
        }
    }

    @Test("A frame above 64 KiB, in pieces")
    func large() throws {
        let frame = FrameParserTests.frame(0x81, [UInt8](repeating: 1, count: 70_000))
        let pieces = stride(from: 0, to: frame.count, by: 16_384).map {
            Array(frame[$0..<min($0 + 16_384, frame.count)])
        }
        #expect(try scan(pieces).frames == [Frame(opcode: 1, payload: [UInt8](repeating: 1, count: 70_000))])
        #expect(try scan(Array(pieces.dropLast())).isInsideFrame)
    }

    @Test(
        "What no server may send is refused, whole or in pieces",
        arguments: [
            [0x81, 0x85, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0xC1, 0], [0x81, 127, 0xFF, 0, 0, 0, 0, 0, 0, 0],
            [0x81, 127, 0, 0, 0, 0, 0, 0x40, 0, 1],
        ] as [[UInt8]])
    func violations(bytes: [UInt8]) {
        #expect(throws: FrameViolation.self) { try scan([bytes]) }
        #expect(throws: FrameViolation.self) { try scan(bytes.map { [$0] }) }
    }

    @Test("Noise never traps", arguments: 0..<200)
    func noise(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let pieces = (0..<20).map { _ in
            (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...140, using: &random) }
        }
        _ = try? scan(pieces)
    }
}
