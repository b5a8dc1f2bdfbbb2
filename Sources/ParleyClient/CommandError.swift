/// The server's `error` answer to a command on the socket.
public struct CommandError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The stable snake_case word, `not_a_member` for example.
    public let code: String
    /// What is wrong, for a person.
    public let message: String
    /// How long to wait before the next attempt, where the server says so.
    public let retryAfter: Duration?

    /// An error made from its parts.
    public init(code: String, message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    /// Code and message in one line.
    public var description: String { "\(code): \(message)" }
}
