/// What one node did for a revocation: the part of the receipt that it answers for.
package struct ClosedSockets: Sendable, Equatable {
    /// The node's name.
    package let node: String
    /// Sockets that were muted and sent a Close frame.
    package let count: Int
    /// Milliseconds from the request until every event loop had reported.
    package let elapsedMilliseconds: Double

    package init(node: String, count: Int, elapsedMilliseconds: Double) {
        self.node = node
        self.count = count
        self.elapsedMilliseconds = elapsedMilliseconds
    }
}
