/// What one reacts with: one emoji as a person sees it, whatever number of Unicode scalars it is made of.
package struct Emoji: Hashable, Sendable, CustomStringConvertible {
    /// UTF-8 bytes, at the most. The longest that is recommended for interchange (Unicode UTS #51) takes 35.
    package static let maximumBytes = 64

    /// The emoji as it is written everywhere.
    package let description: String

    /// Takes one emoji, nil for any other text.
    package init?(_ text: some StringProtocol) {
        let scalars = text.unicodeScalars
        guard text.utf8.count <= Self.maximumBytes, text.count == 1, let first = scalars.first, let last = scalars.last
        else { return nil }
        // A digit, # or * is an emoji only as a keycap.
        guard Self.isPictograph(first), !first.isASCII || last == Self.keycap else { return nil }
        guard scalars.dropFirst().allSatisfy({ Self.isPictograph($0) || Self.isJoint($0) }) else { return nil }
        description = String(text)
    }

    /// Takes an emoji that was checked when it was stored.
    package init(stored emoji: String) { description = emoji }

    private static let keycap: Unicode.Scalar = "\u{20E3}"

    /// What stands for a picture. Of the block kept for pictographs also those newer than this program's tables.
    private static func isPictograph(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isEmoji || ("\u{1F000}"..."\u{1FAFF}").contains(scalar)
    }

    /// What joins or varies pictures: joiner, presentation selectors, keycap, and the tags of regional flags.
    private static func isJoint(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\u{200D}", "\u{FE0E}", "\u{FE0F}", keycap, "\u{E0020}"..."\u{E007F}": true
        default: false
        }
    }
}
