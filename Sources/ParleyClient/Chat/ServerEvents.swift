/// The events of a socket in the order they came; ends with the socket. For one reader.
public struct ServerEvents: AsyncSequence, Sendable {
    /// An event.
    public typealias Element = ServerEvent

    let arrivals: AsyncStream<Arrival>

    /// An iterator; a second one would share the events with the first.
    public func makeAsyncIterator() -> Iterator { Iterator(base: arrivals.makeAsyncIterator()) }

    /// Reads the events one by one.
    public struct Iterator: AsyncIteratorProtocol {
        var base: AsyncStream<Arrival>.AsyncIterator

        /// The next event; nil once the socket has ended and everything was read.
        public mutating func next() async -> ServerEvent? { await next(isolation: nil) }

        /// The next event; nil once the socket has ended and everything was read.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> ServerEvent? {
            while let arrival = await base.next(isolation: actor) {
                if case .event(let event) = arrival { return event }
            }
            return nil
        }
    }
}
