import Chat
import Database
import NIOCore
import ParleyServer
import WebSocketTransport

/// The chat's own part: sockets of the real session and outbox over a TLS end that throws away.
struct ChatCounts {
    private struct Socket {
        let session: ChatSession
        let connection: WebSocketConnection
        let sink: CountingSink
    }

    private static let room = RoomID(stored: "counts")
    private static let user = UserID(stored: "alice")
    private static let socketCount = 200

    private let node: ParleyNode
    private let loop: StepLoop
    private var sockets: [Socket] = []

    /// Opens the sockets of a user in one room.
    init(node: ParleyNode, loop: StepLoop) throws {
        self.node = node
        self.loop = loop
        let log = node.chat.log
        _ = try wait {
            try await log.submit(.create(room: Self.room, kind: .public, title: nil, topic: nil, by: Self.user))
        }
        let credential = SessionCredential(
            user: Self.user, accountRole: { "user" }, sessionID: "counts", accessExpiresAt: .max,
            details: { SessionCredential.Details(device: "counts", createdAt: 0) }, verdict: { nil })
        for _ in 0..<Self.socketCount {
            let session = node.chat.makeSession(credential, on: loop)
            let sink = CountingSink()
            let connection = WebSocketConnection(
                sink: sink, eventLoop: loop, channel: nil, delegate: session,
                configuration: WebSocketConnectionConfiguration())
            sockets.append(Socket(session: session, connection: connection, sink: sink))
            Array("HTTP/1.1 101 Switching Protocols\r\n\r\n".utf8).withUnsafeBytes { connection.start(answer: $0) }
        }
        // Each gets the answer to its upgrade, and later its greeting.
        while sockets.contains(where: { $0.sink.records < 2 }) {
            loop.wait()
            loop.run()
        }
    }

    private var records: Int { sockets.reduce(0) { $0 + $1.sink.records } }

    /// Ten frames that one socket is given in a tick, joined and written.
    func outboxFlush() -> Counts {
        var builder = FrameBufferBuilder()
        let text = Array(repeating: UInt8(ascii: "x"), count: 200)
        let ranges = (0..<20).map { _ in text.withUnsafeBytes { builder.append(text: $0) } }
        let frames = builder.finish()
        let socket = sockets[0]
        let flusher = TickFlusher.current(for: loop)
        let before = socket.sink.records
        let count = Counts("outbox flush", iterations: 200) {
            flusher.keepAlive(frames)
            // Every other one, so that no two are neighbours in memory.
            for index in stride(from: 0, to: 20, by: 2) { _ = socket.connection.outbox.append(frames, ranges[index]) }
            loop.run()
        }
        precondition((socket.sink.records - before).isMultiple(of: 220), "not one record for each tick")
        return count
    }

    /// One message of 128 bytes to every socket, from the commit to the records.
    func fanOut() -> Counts {
        let text = String(repeating: "x", count: 128)
        let command = Array(#"{"type":"send","id":"1","room":"counts","text":"\#(text)"}"#.utf8)
        let sender = sockets[0]
        let each = { (_ run: () -> Void) in
            let before = self.records
            command.withUnsafeBytes { sender.session.textReceived($0, on: sender.connection) }
            self.loop.wait()
            run()
            precondition(self.records == before + Self.socketCount, "not one record for each socket")
        }
        if Counts.isWanted("fan-out to \(Self.socketCount)") { for _ in 0..<5 { each { loop.run() } } }
        return Counts("fan-out to \(Self.socketCount)", inRegions: 20) {
            for _ in 0..<20 { each { Counts.region { loop.run() } } }
        }
    }

    /// A hundred messages in one transaction, with the commit.
    func groupCommit() throws -> Counts {
        let states = RoomStates()
        let text = String(repeating: "x", count: 128)
        var nonce = 0
        return Counts("group commit of 100", iterations: 10) {
            let stored: Int? = try? node.engine.writeBlocking { connection in
                var transaction = LogTransaction(
                    connection: connection, states: states, limits: ChatLimits(), presence: PresenceSettings(),
                    users: node.chat.users, now: 1_790_000_000_000)
                for _ in 0..<100 {
                    nonce += 1
                    _ = try transaction.apply(
                        .send(
                            room: Self.room, from: Self.user, text: text, nonce: "c-\(nonce)", replyTo: nil,
                            violation: nil))
                }
                return 100
            }
            precondition(stored == 100, "the batch was not committed")
        }
    }
}
