import Synchronization

/// The id of a request that the log and the answer share, for requests that Hummingbird never sees.
enum RequestID {
    private static let last = Atomic<UInt64>(0)

    static func next() -> String { "ws-\(last.wrappingAdd(1, ordering: .relaxed).newValue)" }
}
