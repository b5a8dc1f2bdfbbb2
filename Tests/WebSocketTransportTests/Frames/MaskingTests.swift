import TestTools
import Testing

@testable import WebSocketTransport

@Suite("Masking")
struct MaskingTests {
    @Test("Words and rest, cut anywhere, agree with the byte-wise rule of RFC 6455 section 5.3")
    func agrees() {
        var generator = SeededGenerator(seed: 1)
        for count in 0..<70 {
            let key = (0..<4).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let masked = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let expected = masked.enumerated().map { $1 ^ key[$0 % 4] }
            let start = key.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << (8 * $1.offset) }
            for cut in 0...count {
                var bytes = masked
                var turned = start
                bytes.withUnsafeMutableBytes { memory in
                    Masking.remove(&turned, from: UnsafeMutableRawBufferPointer(rebasing: memory[..<cut]))
                    Masking.remove(&turned, from: UnsafeMutableRawBufferPointer(rebasing: memory[cut...]))
                }
                #expect(bytes == expected)
            }
        }
    }
}
