/// A failure on the client's side of the wire: nothing the server said, as a problem document or an error event would be.
public struct ClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is; compare with the constants.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable word, in snake_case.
        public let description: String

        /// The base URL or socket path cannot be used.
        public static let invalidURL = Code(description: "invalid_url")
        /// No connection came about: refused, unreachable, unknown host, or the TLS handshake failed.
        public static let connectFailed = Code(description: "connect_failed")
        /// The server's certificate could not be verified.
        public static let untrustedServer = Code(description: "untrusted_server")
        /// The connection ended before the answer did.
        public static let connectionClosed = Code(description: "connection_closed")
        /// No answer came in time.
        public static let timedOut = Code(description: "timed_out")
        /// The server broke HTTP, RFC 6455 or the Parley protocol.
        public static let protocolViolation = Code(description: "protocol_violation")
        /// The answer is larger than the client is willing to hold.
        public static let responseTooLarge = Code(description: "response_too_large")
        /// There is no session: log in first.
        public static let notLoggedIn = Code(description: "not_logged_in")
        /// The client, connection or session was shut down by its owner.
        public static let shutDown = Code(description: "shut_down")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, for a person; holds no secret.
    public let reason: String

    /// An error with its kind and reason.
    @inline(never)
    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// Code and reason in one line.
    public var description: String { "\(code): \(reason)" }

    /// Errors are the same when their code is.
    public static func == (left: ClientError, right: ClientError) -> Bool { left.code == right.code }
}
