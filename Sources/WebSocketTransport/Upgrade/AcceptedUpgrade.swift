import NIOCore

/// An upgrade that was decided and not yet carried out.
struct AcceptedUpgrade {
    let delegate: any WebSocketConnectionDelegate
    /// The bytes of the 101.
    let answer: ByteBuffer
}
