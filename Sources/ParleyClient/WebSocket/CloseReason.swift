/// How a socket ended.
public struct CloseReason: Sendable, Equatable, CustomStringConvertible {
    /// The code of the peer's Close frame; 1005 where it carried none, 1006 where the connection just ended
    /// (RFC 6455 §7.1.5).
    public let code: UInt16
    /// The words of the Close frame, or what the client saw.
    public let reason: String

    /// A reason made from its parts.
    public init(code: UInt16, reason: String) {
        self.code = code
        self.reason = reason
    }

    /// Code and words in one line.
    public var description: String { reason.isEmpty ? "\(code)" : "\(code) \(reason)" }
}
