extension Timestamp {
    /// Reads a moment of RFC 3339, `2026-01-31T12:00:00Z` or with a fraction and an offset; nil for any other text.
    package init?(parsing text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        guard rest.count <= 40, let date = Self.date(&rest), let time = Self.time(&rest),
            let offset = Self.offset(&rest), rest.isEmpty
        else { return nil }
        self.init(milliseconds: date * 86_400_000 + time - offset * 60_000)
    }

    /// Days since 1970.
    private static func date(_ text: inout ArraySlice<UInt8>) -> Int64? {
        guard let year = number(&text, digits: 4), take(&text, "-"), let month = number(&text, digits: 2),
            take(&text, "-"), let day = number(&text, digits: 2), take(&text, "Tt "),
            (1...12).contains(month), day >= 1
        else { return nil }
        let isLeapYear = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let lengths: [Int64] = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[Int(month) - 1] else { return nil }
        // Hinnant's civil-to-days algorithm: years begin in March, so that the leap day is a year's last.
        let shifted = month <= 2 ? year - 1 + 400 : year + 400
        let (era, yearOfEra) = shifted.quotientAndRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era - 1) * 146_097 + dayOfEra - 719_468
    }

    /// Milliseconds of the day. A leap second is none to a clock that has none.
    private static func time(_ text: inout ArraySlice<UInt8>) -> Int64? {
        guard let hour = number(&text, digits: 2), take(&text, ":"), let minute = number(&text, digits: 2),
            take(&text, ":"), let second = number(&text, digits: 2), hour < 24, minute < 60, second < 60
        else { return nil }
        var milliseconds: Int64 = 0
        if take(&text, ".") {
            var scale: Int64 = 100
            guard let first = text.first, isDigit(first) else { return nil }
            while let digit = text.first, isDigit(digit) {
                milliseconds += Int64(digit - UInt8(ascii: "0")) * scale
                scale /= 10
                text.removeFirst()
            }
        }
        return ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds
    }

    /// Minutes ahead of UTC.
    private static func offset(_ text: inout ArraySlice<UInt8>) -> Int64? {
        if take(&text, "Zz") { return 0 }
        let isAhead = text.first == UInt8(ascii: "+")
        guard take(&text, "+-"), let hours = number(&text, digits: 2), take(&text, ":"),
            let minutes = number(&text, digits: 2), hours < 24, minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (isAhead ? 1 : -1)
    }

    private static func number(_ text: inout ArraySlice<UInt8>, digits: Int) -> Int64? {
        guard text.count >= digits, text.prefix(digits).allSatisfy(isDigit) else { return nil }
        defer { text.removeFirst(digits) }
        return text.prefix(digits).reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// Takes one of the characters, false when the text goes on with another.
    private static func take(_ text: inout ArraySlice<UInt8>, _ characters: StaticString) -> Bool {
        guard let byte = text.first else { return false }
        guard characters.withUTF8Buffer({ $0.contains(byte) }) else { return false }
        text.removeFirst()
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
