import FoundationEssentials
import NIOConcurrencyHelpers
import NIOCore
import NIOWebSocket
import ParleyClient

/// The server's end of a socket, for a test's script.
final class ServerSocket: Sendable {
    enum Incoming: Sendable, Equatable {
        case text(String)
        case ping(String)
        case pong(String)
        case close(UInt16?)
    }

    /// 1 for the first socket of the server.
    let number: Int
    let cookie: String
    let incoming: AsyncStream<Incoming>
    let continuation: AsyncStream<Incoming>.Continuation
    private let channel: any Channel
    private let listener = NIOLockedValueBox<(@Sendable (Incoming) -> Void)?>(nil)

    init(channel: any Channel, number: Int, cookie: String) {
        self.channel = channel
        self.number = number
        self.cookie = cookie
        (incoming, continuation) = AsyncStream.makeStream()
    }

    /// Calls back on the event loop for each frame from now on, in the place of ``incoming``: for tests that measure, which
    /// must not depend on when a task gets its turn.
    func listen(_ body: @escaping @Sendable (Incoming) -> Void) { listener.withLockedValue { $0 = body } }

    func received(_ frame: Incoming) {
        if let listener = listener.withLockedValue({ $0 }) { listener(frame) } else { continuation.yield(frame) }
    }

    func send(_ text: String) {
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)), promise: nil)
    }

    func ping(_ text: String) {
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer(string: text)), promise: nil)
    }

    func close(_ code: UInt16, _ reason: String = "") {
        var data = ByteBuffer(integer: code)
        data.writeString(reason)
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .connectionClose, data: data), promise: nil)
    }

    /// Ends the TCP connection without a Close frame.
    func abort() { channel.close(promise: nil) }

    func hello(user: String = "alice", rooms: String = "[]") {
        send(
            """
            {"type":"hello","protocol":"parley.v1","server":"test","node":"n1","user":{"id":"\(user)","name":"A",\
            "role":"user"},"session":{"id":"s1","device":null,"created_at":"2026-01-01T00:00:00.000Z",\
            "access_expires_at":"2026-01-01T00:10:00.000Z"},"heartbeat_ms":25000,"limits":{"frame_bytes":65536},\
            "rooms":\(rooms)}
            """)
    }

    func message(_ room: String, _ seq: Int, _ text: String = "t", from: String = "bob") {
        send(
            #"{"type":"message","room":"\#(room)","seq":\#(seq),"at":"2026-01-01T00:00:00.000Z","#
                + #""from":"\#(from)","text":"\#(text)"}"#)
    }

    func ok(_ command: JSONValue, _ fields: String = "") {
        guard let id = command["id"]?.string else { return }
        send(#"{"type":"ok","id":"\#(id)"\#(fields.isEmpty ? "" : "," + fields)}"#)
    }
}

/// Reads what a client sends, one by one.
struct Commands {
    private var iterator: AsyncStream<ServerSocket.Incoming>.AsyncIterator

    /// A text as JSON; nil where it is none.
    static func decode(_ text: String) -> JSONValue? {
        try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    init(_ socket: ServerSocket) { iterator = socket.incoming.makeAsyncIterator() }

    /// The next command; nil once the client is gone.
    mutating func next() async -> JSONValue? {
        while let incoming = await iterator.next() {
            guard case .text(let text) = incoming else { continue }
            return Self.decode(text)
        }
        return nil
    }

    /// The next frame of any kind.
    mutating func nextFrame() async -> ServerSocket.Incoming? { await iterator.next() }
}
