/// A user's name, which is its id and never changes: `[a-z0-9][a-z0-9._-]{0,31}`.
package struct UserID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name as it is written everywhere.
    package let description: String

    /// Takes a name that keeps the rule, nil for any other.
    package init?(_ name: some StringProtocol) {
        guard
            Slug.isValid(
                name, maximumBytes: 32, punctuation: [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")])
        else { return nil }
        description = String(name)
    }

    /// Takes a name that was checked when it was stored.
    package init(stored name: String) { description = name }

    package static func < (left: UserID, right: UserID) -> Bool { left.description < right.description }
}
