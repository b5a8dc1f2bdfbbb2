import Histogram
import ParleyClient
import Testing

@testable import LoadGenerator

@Suite struct LoadDialectTests {
    private static let dialects: [LoadDialect] = [.broadcast, .nats, .xmpp]

    private static func payload(_ dialect: LoadDialect, at time: UInt64, sender: Int, textBytes: Int = 64) -> [UInt8] {
        var template = SendTemplate(dialect, room: "r", sender: sender, textBytes: textBytes)
        var bytes: [UInt8] = []
        template.withFrame(sentAt: time) { bytes = Array($0) }
        // A mask of four bytes stands between header and payload; the longer length takes two bytes more.
        let start = bytes[1] & 0x7F == 126 ? 8 : 6
        return bytes[start...].enumerated().map { $0.element ^ bytes[start - 4 + $0.offset & 3] }
    }

    @Test("A send carries the marker and as many bytes as it says", arguments: dialects)
    func send(dialect: LoadDialect) throws {
        let payload = Self.payload(dialect, at: 77, sender: 5)
        let (head, tail) = dialect.frame(room: "r", textBytes: 64)
        #expect(payload.count == head.utf8.count + 64 + tail.utf8.count)
        #expect(String(decoding: payload, as: UTF8.self).hasPrefix(head))
        #expect(String(decoding: payload, as: UTF8.self).hasSuffix(tail))
        let marker = payload.withUnsafeBytes { Marker($0, at: head.utf8.count) }
        #expect(marker?.sentAt == 77 && marker?.sender == 5)
    }

    @Test("Every message of a frame is counted, however many it holds", arguments: dialects)
    func several(dialect: LoadDialect) {
        var tally = Tally()
        tally.textBytes = 64
        tally.countedFrom = 10
        // One, five, none and one again: what was learned of the places must not hide a message.
        for count in [1, 5, 0, 1, 2] {
            var frame = Array("x".utf8)
            for index in 0..<count { frame += Self.payload(dialect, at: UInt64(9 + index), sender: index) }
            let (messages, own) = frame.withUnsafeBytes { tally.receivedAll($0, at: 100, on: 1) }
            #expect(messages == count)
            #expect(own == (count > 1 ? 1 : 0))
        }
        #expect(tally.allDeliveries == 9)
        #expect(tally.deliveries == 5)
        tally.isCatchingUp = true
        let late = Self.payload(dialect, at: 20, sender: 1)
        _ = late.withUnsafeBytes { tally.receivedAll($0, at: 100, on: 1) }
        #expect(tally.deliveries == 5)
        tally.restart()
        #expect(tally.deliveries == 0 && tally.latency.totalCount == 0)
    }

    @Test("What is Parley's alone is refused for other servers")
    func objections() throws {
        var options = LoadOptions(address: try ServerAddress(url: "https://localhost"), rooms: ["r"])
        options.dialect = .nats
        #expect(options.objection == nil)
        options.sendsPings = true
        #expect(options.objection != nil)
    }

    @Test(
        "A phase that cannot be run is refused",
        arguments: [(11, 1, 0, 0.0), (5, 0, 0, 0), (5, 1, 6, 0), (5, 1, -1, 0), (5, 1, 0, -1), (5, 1, 0, .nan)])
    func phases(publishers: Int, burst: Int, reconnects: Int, changes: Double) {
        var phase = LoadPhase(publishers: publishers, pace: .rate(messagesPerSecond: 1))
        phase.burst = burst
        phase.reconnects = reconnects
        phase.changesPerSecond = changes
        #expect(phase.objection(sockets: 10) != nil)
        #expect(LoadPhase(publishers: 5, pace: .closedLoop(window: 1)).objection(sockets: 10) == nil)
    }
}
