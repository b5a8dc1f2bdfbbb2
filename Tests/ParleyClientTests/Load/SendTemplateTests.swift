import FoundationEssentials
import ParleyClient
import Testing

@testable import LoadGenerator

@Suite struct SendTemplateTests {
    @Test(
        "The frame is a masked send with the time, the sender and the size", arguments: [30, 31, 64, 128, 1000, 60_000])
    func frame(textBytes: Int) throws {
        var template = SendTemplate(room: "bench", sender: 42, textBytes: textBytes, id: textBytes == 64 ? "s" : nil)
        for time in [1, 99_999_999_999_999_999] as [UInt64] {
            var bytes: [UInt8] = []
            template.withFrame(sentAt: time) { bytes = Array($0) }
            let header = try #require(bytes.withUnsafeBytes { FrameHeader.decode($0) })
            #expect(header.isMasked && header.isFinal && header.opcode == 1)
            let mask = Array(bytes[header.headerLength..<header.headerLength + 4])
            let payload = bytes[(header.headerLength + 4)...].enumerated().map { $0.element ^ mask[$0.offset & 3] }
            #expect(payload.count == Int(header.payloadLength))
            let command = try JSONDecoder().decode(JSONValue.self, from: Data(payload))
            #expect(command["type"] == "send" && command["room"] == "bench")
            #expect(command["id"]?.string == (textBytes == 64 ? "s" : nil))
            let text = Array(try #require(command["text"]?.string).utf8)
            #expect(text.count == textBytes)
            let marker = text.withUnsafeBytes { Marker($0, at: 0) }
            #expect(marker?.sentAt == time)
            #expect(marker?.sender == 42)
        }
    }

    @Test("A ping carries the marker as its id")
    func ping() throws {
        var template = SendTemplate(pingFrom: 7)
        var bytes: [UInt8] = []
        template.withFrame(sentAt: 123_456) { bytes = Array($0) }
        let payload = bytes[6...].enumerated().map { $0.element ^ bytes[2 + $0.offset & 3] }
        let command = try JSONDecoder().decode(JSONValue.self, from: Data(payload))
        #expect(command["type"] == "ping")
        let id = Array(try #require(command["id"]?.string).utf8)
        let marker = id.withUnsafeBytes { Marker($0, at: 0) }
        #expect(id.count <= 64 && marker?.sentAt == 123_456 && marker?.sender == 7)
    }
}
