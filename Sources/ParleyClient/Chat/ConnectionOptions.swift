/// How patient a chat socket is.
public struct ConnectionOptions: Sendable, Equatable {
    /// The longest time from the connection to `hello`.
    public var helloTimeout: Duration = .seconds(10)
    /// The longest wait for the answer to a command; `resume` has none, since its answer follows all missed events.
    public var commandTimeout: Duration = .seconds(30)
    /// After this time without a byte from the server a ping is sent.
    public var heartbeat: Duration = .seconds(30)
    /// A ping that is not answered for so long ends the socket with 1006.
    public var heartbeatTimeout: Duration = .seconds(10)
    /// The largest message that is accepted.
    public var maximumMessageBytes = 8 << 20

    /// The defaults.
    public init() {}
}
