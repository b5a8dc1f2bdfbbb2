import Chat
import WebSocketTransport

/// A chat session with its user's place in the count of sockets, which it gives back when it goes away.
final class SocketLease: WebSocketConnectionDelegate {
    private let session: ChatSession
    private let lease: ConnectionCounter.Lease

    init(session: ChatSession, lease: ConnectionCounter.Lease) {
        self.session = session
        self.lease = lease
    }

    func opened(_ connection: WebSocketConnection) { session.opened(connection) }

    func textReceived(_ payload: UnsafeRawBufferPointer, on connection: WebSocketConnection) {
        session.textReceived(payload, on: connection)
    }

    func outboxDrained(_ connection: WebSocketConnection) { session.outboxDrained(connection) }

    func closed(_ connection: WebSocketConnection, code: UInt16?) { session.closed(connection, code: code) }

    deinit { lease.release() }
}
