@testable import WebSocketTransport

/// Writes down what it is told, and echoes text when it is told to.
final class RecordingDelegate: WebSocketConnectionDelegate {
    private(set) var events: [String] = []
    var onText: ((String, WebSocketConnection) -> Void)?

    func opened(_ connection: WebSocketConnection) { events.append("opened") }

    func textReceived(_ payload: UnsafeRawBufferPointer, on connection: WebSocketConnection) {
        let text = String(decoding: payload, as: UTF8.self)
        events.append("text \(text)")
        onText?(text, connection)
    }

    func outboxDrained(_ connection: WebSocketConnection) { events.append("drained") }

    func closed(_ connection: WebSocketConnection, code: UInt16?) {
        events.append("closed \(code.map(String.init) ?? "-")")
    }
}
