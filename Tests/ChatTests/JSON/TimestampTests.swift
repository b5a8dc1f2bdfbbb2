import Chat
import Foundation
import TestTools
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "are RFC 3339 in UTC with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (-86_400_000, "1969-12-31T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"), (1_740_787_199_999, "2025-02-28T23:59:59.999Z"),
            (1_740_787_200_000, "2025-03-01T00:00:00.000Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
            (-2_203_891_200_001, "1900-02-28T23:59:59.999Z"), (ManualClock.start, "2026-01-31T12:00:00.000Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func known(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).text == text)
        #expect(Timestamp(parsing: text)?.milliseconds == milliseconds)
    }

    @Test(
        "are read with any fraction and offset",
        arguments: [
            ("2026-01-31T12:00:00Z", 0), ("2026-01-31t12:00:00z", 0), ("2026-01-31 12:00:00Z", 0),
            ("2026-01-31T12:00:00.5Z", 500), ("2026-01-31T12:00:00.0019999Z", 1), ("2026-01-31T13:00:00+01:00", 0),
            ("2026-01-31T06:30:00-05:30", 0), ("2026-02-01T00:00:00+12:00", 0), ("2026-01-31T12:00:00-00:00", 0),
        ] as [(String, Int64)])
    func read(text: String, after: Int64) {
        #expect(Timestamp(parsing: text)?.milliseconds == ManualClock.start + after)
    }

    @Test(
        "are not read from anything else",
        arguments: [
            "", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31T12:00Z", "2026-02-29T12:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z",
            "2026-01-31T12:00:60Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00+1:00", "2026-01-31T12:00:00Z ",
            " 2026-01-31T12:00:00Z", "26-01-31T12:00:00Z", "+2026-01-31T12:00:00Z", "1769860800", "now",
            "2026-01-31T12:00:00." + String(repeating: "0", count: 40) + "Z", "２０２６-01-31T12:00:00Z",
        ])
    func unreadable(text: String) { #expect(Timestamp(parsing: text) == nil) }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// What Foundation's calendar says of a moment.
    private func oracle(_ milliseconds: Int64) -> String {
        let (second, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let (seconds, inSecond) = rest < 0 ? (second - 1, rest + 1000) : (second, rest)
        let parts = Self.calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: Double(seconds)))
        func digits(_ number: Int?, _ count: Int) -> String {
            let text = String(number ?? -1)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return "\(digits(parts.year, 4))-\(digits(parts.month, 2))-\(digits(parts.day, 2))T"
            + "\(digits(parts.hour, 2)):\(digits(parts.minute, 2)):\(digits(parts.second, 2))"
            + ".\(digits(Int(inSecond), 3))Z"
    }

    @Test("agree with Foundation's calendar at random moments from 1600 to 2400")
    func random() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<5000 {
            let milliseconds = Int64.random(in: -11_676_096_000_000...13_569_465_600_000, using: &generator)
            #expect(Timestamp(milliseconds: milliseconds).text == oracle(milliseconds))
        }
    }

    @Test("agree with Foundation's calendar around midnight of every day from 1968 to 2033")
    func everyDay() {
        for day in Int64(-800)...23_000 {
            for offset in [Int64(-1), 0] {
                let milliseconds = day * 86_400_000 + offset
                #expect(Timestamp(milliseconds: milliseconds).text == oracle(milliseconds))
            }
        }
    }
}
