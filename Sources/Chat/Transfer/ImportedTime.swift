/// Reads the one form in which the protocol writes times.
enum ImportedTime {
    /// Milliseconds since 1970 UTC; nil for anything but `2026-01-31T12:00:00.000Z`.
    static func milliseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 24 else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            bytes[range].reduce(into: Optional<Int64>.some(0)) { sum, byte in
                guard let value = sum, (0x30...0x39).contains(byte) else { return sum = nil }
                sum = value * 10 + Int64(byte - 0x30)
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            let rest = number(20..<23), (1...12).contains(month)
        else { return nil }
        // Days from the civil calendar, with years that begin in March (Howard Hinnant, chrono-compatible algorithms).
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
        let time = days * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + rest
        // What was no date, or not in this form, does not come back as it was.
        return Timestamp(milliseconds: time).text == text ? time : nil
    }
}
