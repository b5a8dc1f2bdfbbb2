/// A room's slug, which is its id and never changes: `[a-z0-9][a-z0-9_-]{0,63}`.
package struct RoomID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The slug as it is written everywhere.
    package let description: String

    /// Takes a slug that keeps the rule, nil for any other.
    package init?(_ slug: some StringProtocol) {
        guard Slug.isValid(slug, maximumBytes: 64, punctuation: [UInt8(ascii: "_"), UInt8(ascii: "-")]) else {
            return nil
        }
        description = String(slug)
    }

    /// Takes a slug that was checked when it was stored.
    package init(stored slug: String) { description = slug }

    /// Tells whether the slug is of the form kept for direct rooms, which nobody creates or joins by name.
    package var isReservedForDirect: Bool { description.hasPrefix("dm-") }

    package static func < (left: RoomID, right: RoomID) -> Bool { left.description < right.description }
}
