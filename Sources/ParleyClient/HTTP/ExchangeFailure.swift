/// A request without an answer, and whether the server can have seen it.
struct ExchangeFailure: Error {
    /// How far the request came.
    enum Stage {
        /// Nothing was written: any request may be tried again.
        case unsent
        /// It was written, and nothing came back.
        case unanswered
        /// The answer had begun, or waiting any longer was pointless.
        case begun
    }

    var error: ClientError
    var stage: Stage
}
