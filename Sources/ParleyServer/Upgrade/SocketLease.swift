import Chat
import Logging
import WebSocketTransport

/// A chat session with its user's place in the count of sockets, which it gives back when it goes away.
final class SocketLease: WebSocketConnectionDelegate {
    private let session: ChatSession
    private let lease: ConnectionCounter.Lease
    private let logger: Logger

    init(session: ChatSession, lease: ConnectionCounter.Lease, logger: Logger) {
        self.session = session
        self.lease = lease
        self.logger = logger
    }

    func opened(_ connection: WebSocketConnection) {
        logger.debug(
            "socket opened", metadata: ["connection_id": "\(connection.id)", "user": "\(lease.user)"])
        session.opened(connection)
    }

    func textReceived(_ payload: UnsafeRawBufferPointer, on connection: WebSocketConnection) {
        session.textReceived(payload, on: connection)
    }

    func outboxDrained(_ connection: WebSocketConnection) { session.outboxDrained(connection) }

    func closed(_ connection: WebSocketConnection, code: UInt16?) {
        logger.debug(
            "socket closed",
            metadata: ["connection_id": "\(connection.id)", "code": "\(code.map { String($0) } ?? "none")"])
        session.closed(connection, code: code)
    }

    deinit { lease.release() }
}
