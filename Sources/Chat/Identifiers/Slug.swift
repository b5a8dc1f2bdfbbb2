/// The rule that names of users and rooms share.
enum Slug {
    /// Tells whether `name` starts with a lower-case ASCII letter or digit and goes on with those or `punctuation`.
    static func isValid(_ name: some StringProtocol, maximumBytes: Int, punctuation: [UInt8]) -> Bool {
        let utf8 = name.utf8
        guard let first = utf8.first, utf8.count <= maximumBytes, isLetterOrDigit(first) else { return false }
        return utf8.dropFirst().allSatisfy { isLetterOrDigit($0) || punctuation.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
