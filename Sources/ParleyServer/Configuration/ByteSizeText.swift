/// Sizes as the configuration writes them: `512B`, `64KiB`, `25MiB`, `1GiB`, or a bare number of bytes.
enum ByteSizeText {
    private static let units: [(suffix: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    /// The number of bytes that `text` means, nil when it is not a size.
    static func parse(_ text: String) -> Int? {
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let count = WholeNumberText.parse(text.dropLast(unit.suffix.count)) else { return nil }
            let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
            return overflow ? nil : bytes
        }
        return WholeNumberText.parse(text[...])
    }

    /// `bytes` in the largest unit that divides it.
    static func format(_ bytes: Int) -> String {
        for unit in units where bytes >= unit.bytes && bytes.isMultiple(of: unit.bytes) {
            return "\(bytes / unit.bytes)\(unit.suffix)"
        }
        return "\(bytes)B"
    }
}
