import WebSocketTransport

/// Sends every message back.
final class EchoSession: WebSocketConnectionDelegate {
    func opened(_ connection: WebSocketConnection) {}

    func textReceived(_ payload: UnsafeRawBufferPointer, on connection: WebSocketConnection) {
        connection.outbox.append(copying: payload)
    }

    func binaryReceived(_ payload: UnsafeRawBufferPointer, on connection: WebSocketConnection) {
        connection.outbox.append(copying: payload, opcode: .binary)
    }

    func outboxDrained(_ connection: WebSocketConnection) {}

    func closed(_ connection: WebSocketConnection, code: UInt16?) {}
}
