import NIOCore

extension EventLoopFuture where Value == Void {
    private struct NotDone: Error {}

    /// The result there is now; a test that expected one fails instead of waiting forever.
    func now() throws {
        var result: Result<Void, any Error>?
        assumeIsolated().whenComplete { result = $0 }
        guard let result else { throw NotDone() }
        try result.get()
    }
}
