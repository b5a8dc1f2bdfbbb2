import NIOCore
import Testing

@testable import ParleyClient

@Suite struct UpgradeTests {
    private static let accepted =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: parley.v1\r\n\r\n"

    private func request() throws -> UpgradeRequest {
        UpgradeRequest(
            address: try ServerAddress(url: "https://localhost:8443"), cookie: "a=b",
            key: WebSocketKey(value: "dGhlIHNhbXBsZSBub25jZQ=="))
    }

    @Test("The request carries cookie, origin and subprotocol")
    func head() throws {
        let lines = String(decoding: try request().head, as: UTF8.self).split(separator: "\r\n").map(String.init)
        #expect(lines.first == "GET /ws HTTP/1.1")
        for line in [
            "Host: localhost:8443", "Origin: https://localhost:8443", "Cookie: a=b",
            "Sec-WebSocket-Protocol: parley.v1", "Sec-WebSocket-Version: 13",
        ] {
            #expect(lines.contains(line))
        }
    }

    @Test("An answer cut anywhere is read, and the frames behind it are kept")
    func splits() throws {
        let bytes = Array(Self.accepted.utf8) + [0x81, 0x00]
        for cut in 0...bytes.count {
            var parser = UpgradeAnswerParser()
            var rest = ByteBuffer()
            var answer: ClientResponse?
            for piece in [bytes[..<cut], bytes[cut...]] {
                if answer != nil {
                    rest.writeBytes(piece)
                } else if case .switched(let head, let behind) = parser.received(piece) {
                    answer = head
                    rest = behind
                }
            }
            #expect(rest == ByteBuffer(bytes: [0x81, 0x00]), "cut at \(cut)")
            #expect(try request().objection(to: #require(answer)) == nil)
        }
    }

    @Test(
        "A refusal is read whole, with a length or to the end",
        arguments: ["Content-Length: 4\r\n", ""])
    func refusal(field: String) throws {
        var parser = UpgradeAnswerParser()
        let head = "HTTP/1.1 401 Unauthorized\r\n\(field)\r\nbo"
        guard case .incomplete = parser.received(Array(head.utf8)) else {
            Issue.record("the body is not complete")
            return
        }
        guard case .refused(let answer) = parser.received(Array("dy".utf8), ended: field.isEmpty) else {
            Issue.record("the answer is complete")
            return
        }
        #expect(answer.status == 401)
        #expect(answer.text == "body")
    }

    @Test(
        "An agreement with a part missing or wrong is refused",
        arguments: [
            ("Upgrade: websocket\r\n", ""), ("Connection: Upgrade\r\n", ""), ("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "x"),
            ("parley.v1", "parley.v2"), ("Sec-WebSocket-Protocol: parley.v1\r\n", ""),
            ("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
        ])
    func objections(part: String, replacement: String) throws {
        var text = Self.accepted
        text.replace(part, with: replacement)
        #expect(text != Self.accepted)
        var parser = UpgradeAnswerParser()
        guard case .switched(let answer, _) = parser.received(Array(text.utf8)) else {
            Issue.record("the head is complete")
            return
        }
        #expect(try request().objection(to: answer) != nil)
    }

    @Test(
        "What is no HTTP answer is refused",
        arguments: [
            "garbage\r\n\r\n", "HTTP/1.1 99 x\r\n\r\n", "HTTP/2 101 x\r\n\r\n", "HTTP/1.1 101 x\r\n: v\r\n\r\n",
            "\r\n\r\n",
        ])
    func invalid(text: String) {
        var parser = UpgradeAnswerParser()
        guard case .invalid = parser.received(Array(text.utf8)) else {
            Issue.record("\(text) was taken")
            return
        }
    }

    @Test("A head without an end is given up at 16 KiB")
    func endless() {
        var parser = UpgradeAnswerParser()
        var count = 0
        while case .incomplete = parser.received([UInt8](repeating: 97, count: 1000)), count < 100 { count += 1 }
        #expect(count == 16)
    }
}
