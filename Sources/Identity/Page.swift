/// One page of a list.
package struct Page<Item: Sendable>: Sendable {
    /// The most items that a page holds.
    package static var maximumCount: Int { 200 }

    /// The items, in the list's order.
    package let items: [Item]
    /// Where the next page starts; nil at the end.
    package let cursor: String?

    /// Takes up to `limit + 1` items, of which the last only tells that there are more.
    init(_ items: [Item], limit: Int, cursor: (Item) -> String) {
        self.items = Array(items.prefix(limit))
        self.cursor = items.count > limit ? self.items.last.map(cursor) : nil
    }

    /// A limit that the list can serve.
    static func bounded(_ limit: Int) -> Int { min(max(limit, 1), maximumCount) }
}
