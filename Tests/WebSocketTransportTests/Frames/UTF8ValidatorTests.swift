import Testing

@testable import WebSocketTransport

@Suite("UTF-8 validator")
struct UTF8ValidatorTests {
    private static func isValid(_ bytes: [UInt8]) -> Bool {
        var validator = UTF8Validator()
        return bytes.withUnsafeBytes { validator.consume($0) } && validator.isComplete
    }

    @Test(
        "What RFC 3629 allows passes",
        arguments: [
            "", "plain", "κόσμε", "\u{80}\u{7FF}\u{800}\u{FFFF}", "\u{10000}\u{10FFFF}", "\u{D7FF}\u{E000}",
            "eight ascii bytes and é then more", "\u{0}",
        ])
    func valid(_ text: String) {
        #expect(Self.isValid(Array(text.utf8)))
    }

    @Test(
        "What RFC 3629 forbids does not",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x00], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xE1, 0x80], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
            [0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0xFF],
        ] as [[UInt8]])
    func invalid(_ bytes: [UInt8]) {
        #expect(!Self.isValid(bytes))
    }

    @Test("Every pair and triple agrees with the standard library")
    func agreesWithStandardLibrary() {
        for first in UInt8(0x7F)...0xFF {
            for second in UInt8.min...0xFF {
                for tail in [[], [0x80], [0xBF, 0x80], [0x7F]] as [[UInt8]] {
                    let bytes = [first, second] + tail
                    #expect(Self.isValid(bytes) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
                }
            }
        }
    }

    @Test("Text cut anywhere is judged the same, and fails at the first bad byte")
    func cut() {
        let text = Array("aé€🚀 and some ascii that is long enough".utf8)
        for cut in 0...text.count {
            var validator = UTF8Validator()
            #expect(text[..<cut].withUnsafeBytes { validator.consume($0) })
            #expect(text[cut...].withUnsafeBytes { validator.consume($0) })
            #expect(validator.isComplete)
        }
        var validator = UTF8Validator()
        #expect([0xF4].withUnsafeBytes { validator.consume(UnsafeRawBufferPointer(rebasing: $0[..<1])) })
        #expect(!validator.isComplete)
        #expect(![0x90].withUnsafeBytes { validator.consume(UnsafeRawBufferPointer(rebasing: $0[..<1])) })
    }
}
