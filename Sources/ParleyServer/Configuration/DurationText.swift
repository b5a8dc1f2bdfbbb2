/// Durations as the configuration writes them: `500ms`, `25s`, `10m`, `24h`, `14d`.
package enum DurationText {
    // "ms" stands before "s" and "m", whose endings it shares.
    private static let units: [(suffix: String, milliseconds: Int)] = [
        ("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
    ]

    /// The duration that `text` means, nil when it is not one number and one unit.
    package static func parse(_ text: String) -> Duration? {
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let count = WholeNumberText.parse(text.dropLast(unit.suffix.count)) else { return nil }
            let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
            return overflow ? nil : .milliseconds(milliseconds)
        }
        return nil
    }

    /// `duration`, whole milliseconds, in the largest unit that divides it.
    static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard attoseconds == 0, seconds > 0 else {
            return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms"
        }
        for (suffix, length) in [("d", 86_400), ("h", 3600), ("m", 60)] as [(String, Int64)]
        where seconds.isMultiple(of: length) {
            return "\(seconds / length)\(suffix)"
        }
        return "\(seconds)s"
    }
}
