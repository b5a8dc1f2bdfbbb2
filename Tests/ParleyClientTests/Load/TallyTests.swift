import Histogram
import Testing

@testable import LoadGenerator

@Suite struct TallyTests {
    private static func message(_ time: UInt64, sender: Int, seq: Int = 1) -> String {
        var digits = String(time)
        digits = String(repeating: "0", count: 20 - digits.count) + digits
        var number = String(sender)
        number = String(repeating: "0", count: 6 - number.count) + number
        return #"{"type":"message","room":"r","seq":\#(seq),"text":"@@\#(digits)@@\#(number)xx"}"#
    }

    private func take(_ tally: inout Tally, _ text: String, at now: UInt64 = 5000, socket: Int = 1) -> Tally.Content {
        Array(text.utf8).withUnsafeBytes { tally.received($0, at: now, on: socket) }
    }

    @Test("Deliveries count when they were sent inside the measurement")
    func window() {
        var tally = Tally()
        _ = take(&tally, Self.message(1000, sender: 1))
        #expect(tally.deliveries == 0 && tally.allDeliveries == 1)
        tally.countedFrom = 2000
        tally.countedUntil = 4000
        for time in [1999, 2000, 3999, 4000] as [UInt64] { _ = take(&tally, Self.message(time, sender: 1)) }
        #expect(tally.deliveries == 2)
        #expect(tally.latency.totalCount == 2)
        #expect(tally.allDeliveries == 5)
    }

    @Test("A message is one's own when its sender is the socket, wherever its marker is")
    func own() {
        var tally = Tally()
        for (seq, sender) in [(1, 1), (10, 2), (100, 1), (100_000, 3), (7, 1)] {
            guard case .delivery(let isOwn) = take(&tally, Self.message(1, sender: sender, seq: seq)) else {
                Issue.record("no delivery")
                continue
            }
            #expect(isOwn == (sender == 1))
        }
    }

    @Test("A latency is never negative nor beyond the histogram")
    func latency() {
        var tally = Tally()
        tally.countedFrom = 0
        _ = take(&tally, Self.message(9000, sender: 1), at: 5000)
        _ = take(&tally, Self.message(1, sender: 1), at: .max)
        #expect(tally.latency.totalCount == 2)
    }

    @Test(
        "Other frames are told by their type",
        arguments: [
            (#"{"type":"hello","x":1}"#, "hello"), (#"{"type":"ok","id":"s"}"#, "ok"),
            (#"{"type":"error","code":"x"}"#, "error"), (#"{"type":"typing"}"#, "other"), ("", "other"), ("{", "other"),
            (#"{"type":"message","text":"none"}"#, "other"), (#"{"type":"messages"}"#, "other"),
        ])
    func others(text: String, kind: String) {
        var tally = Tally()
        let content =
            switch take(&tally, text) {
            case .hello: "hello"
            case .ok: "ok"
            case .error: "error"
            case .other: "other"
            case .delivery: "delivery"
            }
        #expect(content == kind)
        #expect(tally.allDeliveries == 0)
    }

    @Test("A server that writes the type last is counted as well")
    func typeLast() {
        var tally = Tally()
        let text = #"{"text":"@@00000000000000000001@@000001","type":"message"}"#
        guard case .delivery(isOwn: true) = take(&tally, text) else {
            Issue.record("no delivery")
            return
        }
    }
}
