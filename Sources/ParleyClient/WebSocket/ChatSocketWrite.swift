/// What a chat socket is asked to write.
enum ChatSocketWrite: Sendable {
    /// One text message.
    case text(String)
    /// A Close frame; the socket ends once the server has answered it.
    case close(code: UInt16, reason: String)
}
