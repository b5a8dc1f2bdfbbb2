/// What a socket's user is told; everything on the event loop, and nothing during a flush pass.
package protocol WebSocketConnectionDelegate: AnyObject {
    /// The first call: the upgrade was answered, frames may be appended.
    func opened(_ connection: WebSocketConnection)
    /// One whole text message, valid UTF-8, valid during the call.
    func textReceived(_ payload: UnsafeRawBufferPointer, on connection: WebSocketConnection)
    /// One whole binary message, valid during the call; only where the configuration allows binary.
    func binaryReceived(_ payload: UnsafeRawBufferPointer, on connection: WebSocketConnection)
    /// The outbox had refused an append or gone over its limit, and is now empty.
    func outboxDrained(_ connection: WebSocketConnection)
    /// The last call: the channel is gone. `code` is that of the first Close frame, 4008 or 4009 when this end gave
    /// up, 1005 for a Close without a code, `nil` when the connection was just lost.
    func closed(_ connection: WebSocketConnection, code: UInt16?)
}

extension WebSocketConnectionDelegate {
    /// Does nothing: binary messages are refused unless the configuration allows them.
    package func binaryReceived(_ payload: UnsafeRawBufferPointer, on connection: WebSocketConnection) {}
}
