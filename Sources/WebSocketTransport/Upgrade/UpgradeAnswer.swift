import NIOCore

/// The bytes of a 101.
enum UpgradeAnswer {
    static func bytes(accept: String, subprotocol: String?, headers: [(String, String)]) -> ByteBuffer {
        var answer = ByteBuffer()
        answer.writeString("HTTP/1.1 101 Switching Protocols\r\n")
        answer.writeString("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \(accept)\r\n")
        if let subprotocol { answer.writeString("Sec-WebSocket-Protocol: \(subprotocol)\r\n") }
        for (name, value) in headers {
            precondition(!(name + value).utf8.contains { $0 < 0x20 && $0 != 0x09 }, "a control character in \(name)")
            answer.writeString("\(name): \(value)\r\n")
        }
        answer.writeString("\r\n")
        return answer
    }
}
