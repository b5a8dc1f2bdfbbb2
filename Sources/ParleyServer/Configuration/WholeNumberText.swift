/// Whole numbers as the configuration writes them: ASCII digits only, no sign, no separators.
enum WholeNumberText {
    /// The number, nil when `text` is anything but digits or does not fit.
    static func parse(_ text: Substring) -> Int? {
        // `Int(_:)` alone would take a sign.
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
