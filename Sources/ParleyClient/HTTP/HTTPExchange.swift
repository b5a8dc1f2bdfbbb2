import NIOCore

/// One request on its way through a connection, and the promise of its answer.
struct HTTPExchange: Sendable {
    var method: String
    var path: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]?
    var timeout: TimeAmount
    /// Fails with ``ExchangeFailure`` only.
    var promise: EventLoopPromise<ClientResponse>

    /// Whether a second attempt cannot do the work twice (RFC 9110 §9.2.2).
    static func isIdempotent(_ method: String) -> Bool {
        ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"].contains(method)
    }
}
