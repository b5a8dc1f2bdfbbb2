import NIOCore
import TestTools
import Testing

@testable import ParleyClient

@Suite struct FrameParserTests {
    private typealias Message = FrameParser.Message

    private static let limit = 70_000

    private func parse(_ pieces: [[UInt8]]) throws -> [Message] {
        var parser = FrameParser(maximumMessageBytes: Self.limit)
        var messages: [Message] = []
        for piece in pieces {
            var buffer = ByteBuffer(bytes: piece)
            parser.received(&buffer)
            while let message = try parser.next() { messages.append(message) }
        }
        return messages
    }

    static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        switch payload.count {
        case ..<126: [first, UInt8(payload.count)] + payload
        case ..<65536: [first, 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)] + payload
        default: [first, 127, 0, 0, 0, 0] + (0..<4).reversed().map { UInt8(payload.count >> ($0 * 8) & 255) } + payload
        }
    }

    @Test("The examples of RFC 6455 §5.7")
    func examples() throws {
        #expect(try parse([[0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]]) == [.text("Hello")])
        #expect(try parse([[0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f]]) == [.text("Hello")])
        let ping = try parse([[0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]])
        #expect(ping == [.ping(ByteBuffer(string: "Hello"))])
    }

    @Test("Lengths on both sides of every border", arguments: [0, 1, 125, 126, 127, 65535, 65536, 70000])
    func lengths(count: Int) throws {
        let payload = [UInt8](repeating: UInt8(ascii: "a"), count: count)
        #expect(try parse([Self.frame(0x81, payload)]) == [.text(String(repeating: "a", count: count))])
    }

    @Test("Cut anywhere, the messages are the same")
    func splits() throws {
        let stream =
            Self.frame(0x81, Array("é one".utf8)) + Self.frame(0x01, Array("tw".utf8)) + Self.frame(0x89, [1, 2])
            + Self.frame(0x00, [0xC3]) + Self.frame(0x80, [0xA9]) + Self.frame(0x8A, [])
            + Self.frame(0x81, [UInt8](repeating: 97, count: 300)) + Self.frame(0x88, [0x03, 0xE8] + Array("bye".utf8))
        let whole = try parse([stream])
        #expect(
            whole == [
                .text("é one"), .ping(ByteBuffer(bytes: [1, 2])), .text("twé"), .pong,
                .text(String(repeating: "a", count: 300)), .close(CloseReason(code: 1000, reason: "bye")),
            ])
        for cut in 1..<stream.count {
            #expect(try parse([Array(stream[..<cut]), Array(stream[cut...])]) == whole, "cut at \(cut)")
        }
        #expect(try parse(stream.map { [$0] }) == whole)
    }

    @Test(
        "What RFC 6455 forbids is refused with its code",
        arguments: [
            ([0x81, 0x85], 1002), ([0xC1, 0x00], 1002), ([0x91, 0x00], 1002),
            ([0x83, 0x00], 1002), ([0x8B, 0x00], 1002), ([0x80, 0x00], 1002), ([0x01, 0x00, 0x81, 0x00], 1002),
            ([0x09, 0x00], 1002), ([0x89, 126, 0, 126], 1002), ([0x82, 0x00], 1003), ([0x81, 0x01, 0xFF], 1007),
            ([0x81, 0x02, 0xC3, 0x28], 1007), ([0x81, 0x03, 0xED, 0xA0, 0x80], 1007), ([0x88, 0x01, 0x03], 1002),
            ([0x88, 0x02, 0x03, 0xED], 1002), ([0x88, 0x03, 0x03, 0xE8, 0xFF], 1007),
            ([0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x71], 1009),
            ([0x81, 127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 1009),
        ] as [([UInt8], UInt16)])
    func violations(bytes: [UInt8], code: UInt16) {
        #expect { try parse([bytes]) } throws: { ($0 as? FrameViolation)?.code == code }
    }

    @Test("The limit holds over all fragments of a message")
    func fragmentLimit() {
        let part = [UInt8](repeating: 97, count: 40_000)
        #expect { try parse([Self.frame(0x01, part), Self.frame(0x80, part)]) } throws: {
            ($0 as? FrameViolation)?.code == 1009
        }
    }

    @Test("Noise never traps", arguments: 0..<300)
    func noise(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var parser = FrameParser(maximumMessageBytes: 1000)
        let openers: [UInt8] = [0x81, 0x01, 0x80, 0x00, 0x89, 0x8A, 0x88]
        do {
            for _ in 0..<50 {
                var bytes = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                if Bool.random(using: &random) { bytes.insert(openers.randomElement(using: &random) ?? 0, at: 0) }
                var buffer = ByteBuffer(bytes: bytes)
                parser.received(&buffer)
                while try parser.next() != nil {}
            }
        } catch {
            #expect(error.code >= 1002)
        }
    }
}
