import NIOCore
import Testing

@testable import Chat
@testable import WebSocketTransport

/// A client's end of a chat socket: the real session and connection on a real event loop over a `FakeSink`.
///
/// Everything is touched on the event loop only, which is why it may be passed between threads.
final class TestSocket: @unchecked Sendable {
    /// What a wait gave up on.
    struct Timeout: Error, CustomStringConvertible {
        let description: String
    }

    private struct Waiter {
        let id: Int
        let condition: (TestSocket) -> Bool
        let promise: EventLoopPromise<Void>
    }

    let session: ChatSession
    let loop: any EventLoop
    /// The JSON of every text frame that came.
    private(set) var received: [JSON] = []
    /// The code of the Close frame that came.
    private(set) var closeCode: UInt16?
    /// Text frames that came after a Close frame: there must be none.
    private(set) var framesAfterClose = 0
    private(set) var isClosed = false
    private var sink: FakeSink?
    private var connection: WebSocketConnection?
    private var frames = ServerFrames()
    private static let answer = Array("HTTP/1.1 101 Switching Protocols\r\n\r\n".utf8)
    private var start: [UInt8] = []
    /// Whether the answer to the upgrade came, before anything else.
    private(set) var hasAnswer = false
    private var inbox: [[UInt8]] = []
    private var waiters: [Waiter] = []
    private var lastID = 0

    init(_ session: ChatSession, on loop: any EventLoop) {
        self.session = session
        self.loop = loop
    }

    // MARK: On the event loop

    /// Opens the socket, as the upgrade does.
    func open() {
        let sink = FakeSink(
            onWrite: { [weak self] in self?.writtenBytes += $0 },
            onBytes: { [weak self] in self?.take($0) },
            onReadingResumed: { [weak self] in self?.pumpSoon() },
            onClose: { [weak self] in self?.vanishSoon() })
        let connection = WebSocketConnection(
            sink: sink, eventLoop: loop, channel: nil, delegate: session,
            configuration: WebSocketConnectionConfiguration())
        self.sink = sink
        self.connection = connection
        Self.answer.withUnsafeBytes { connection.start(answer: $0) }
    }

    /// Bytes that were handed to the TLS end so far.
    private(set) var writtenBytes = 0
    /// Bytes that wait above it.
    var pendingBytes: Int { connection?.outbox.pendingBytes ?? 0 }
    var isBlocked: Bool { connection?.outbox.isBlocked ?? false }
    var isOverLimit: Bool { connection?.outbox.isOverLimit ?? false }
    var isReading: Bool { sink?.isReading ?? false }

    func vanish() {
        guard !isClosed else { return }
        isClosed = true
        connection?.tlsClosed(error: nil)
        connection = nil
        sink = nil
        check()
    }

    private func vanishSoon() { loop.assumeIsolated().execute { self.vanish() } }

    private func pumpSoon() { loop.assumeIsolated().execute { self.pump() } }

    private func take(_ bytes: [UInt8]) {
        if hasAnswer {
            frames.append(bytes)
        } else {
            start.append(contentsOf: bytes)
            hasAnswer = start.starts(with: Self.answer)
            if hasAnswer { frames.append(start[Self.answer.count...]) }
        }
        while let frame = frames.next() {
            if closeCode != nil { framesAfterClose += 1 }
            switch frame.opcode {
            case 1:
                if let json = try? frame.payload.withUnsafeBytes({ try JSONReader.read($0) }) { received.append(json) }
            case 8:
                closeCode = frame.payload.count >= 2 ? UInt16(frame.payload[0]) << 8 | UInt16(frame.payload[1]) : 1005
                inbox.append(Self.masked(opcode: 8, Array(frame.payload.prefix(2))))
                pumpSoon()
            default: break
            }
        }
        check()
    }

    private func pump() {
        while let sink, sink.isReading, let connection, !inbox.isEmpty {
            var bytes = inbox.removeFirst()
            bytes.withUnsafeMutableBytes { connection.tlsReceived($0) }
            connection.tlsReadCompleted()
        }
    }

    private func check() {
        let due = waiters.filter { $0.condition(self) }
        waiters.removeAll { waiter in due.contains { $0.id == waiter.id } }
        for waiter in due { waiter.promise.succeed() }
    }

    /// A client's frame; a key of four zeros masks as well as any other.
    private static func masked(opcode: UInt8, _ payload: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = [0x80 | opcode]
        if payload.count <= 125 {
            frame.append(0x80 | UInt8(payload.count))
        } else {
            frame += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        }
        return frame + [0, 0, 0, 0] + payload
    }

    // MARK: From a test

    /// Runs `body` on the event loop.
    func onLoop<T: Sendable>(_ body: @escaping @Sendable (TestSocket) throws -> T) async throws -> T {
        try await loop.submit { try body(self) }.get()
    }

    /// Sends one text frame.
    func send(_ text: String) {
        loop.execute {
            self.inbox.append(Self.masked(opcode: 1, Array(text.utf8)))
            self.pump()
        }
    }

    /// Sends text frames that the server finds in one read.
    func sendAtOnce(_ texts: [String]) {
        loop.execute {
            self.inbox.append(texts.flatMap { Self.masked(opcode: 1, Array($0.utf8)) })
            self.pump()
        }
    }

    /// Sends a command, given by its members, and gives back the answer that carries its `id`.
    func ask(_ members: String) async throws -> JSON {
        let id = try await onLoop { socket in
            socket.lastID += 1
            return "c\(socket.lastID)"
        }
        send(#"{"id":"\#(id)",\#(members)}"#)
        try await wait("the answer to \(members)") { $0.answer(to: id) != nil }
        return try #require(try await onLoop { $0.answer(to: id) })
    }

    /// Sends a command so many times in one read, so that no time passes between them, and gives back the answers.
    func askAtOnce(_ members: String, times: Int) async throws -> [JSON] {
        let ids = (0..<times).map { "once-\($0)" }
        sendAtOnce(ids.map { #"{"id":"\#($0)",\#(members)}"# })
        try await wait("the answers to \(members)") { socket in ids.allSatisfy { socket.answer(to: $0) != nil } }
        return try await onLoop { socket in ids.compactMap { socket.answer(to: $0) } }
    }

    private func answer(to id: String) -> JSON? { received.first { $0["id"]?.text == id } }

    /// Waits until the condition holds.
    func wait(_ what: String = "a condition", until condition: @escaping @Sendable (TestSocket) -> Bool) async throws {
        try await loop.flatSubmit {
            let promise = self.loop.makePromise(of: Void.self)
            self.lastID += 1
            let id = self.lastID
            self.waiters.append(Waiter(id: id, condition: condition, promise: promise))
            let deadline = self.loop.assumeIsolated().scheduleTask(in: .seconds(20)) {
                guard self.waiters.contains(where: { $0.id == id }) else { return }
                self.waiters.removeAll { $0.id == id }
                let last = self.received.suffix(5).map(\.encoded).joined(separator: "\n")
                promise.fail(
                    Timeout(description: "\(what) did not come; \(self.received.count) frames, the last:\n\(last)"))
            }
            let looks = self.loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(2)) { _ in self.check()
            }
            return promise.futureResult.always { _ in
                looks.cancel()
                deadline.cancel()
            }
        }.get()
    }

    /// What came so far.
    func frames() async throws -> [JSON] { try await onLoop { $0.received } }

    /// What came until now, everything that the server had done before included.
    func settledFrames() async throws -> [JSON] {
        _ = try await ask(#""type":"ping""#)
        return try await frames()
    }

    /// The kernel takes no more than that many bytes from now on.
    func block(afterBytes room: Int = 0) async throws {
        try await onLoop { $0.sink?.kernelRoom = room }
    }

    /// The kernel takes that many bytes more.
    func makeRoom(_ bytes: Int = .max) async throws {
        try await onLoop { socket in
            if socket.sink?.makeRoom(bytes) == true { socket.connection?.tlsWritabilityChanged(isWritable: true) }
        }
    }

    /// The kernel takes bytes little by little until the condition on what came holds.
    func drain(until condition: @escaping @Sendable ([JSON]) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try await !onLoop({ condition($0.received) }) {
            guard ContinuousClock.now < deadline else {
                throw Timeout(description: "draining came to \(try await frames().count) frames and no further")
            }
            try await makeRoom(48 * 1024)
        }
    }

    /// The peer is gone without a word.
    func close() async throws { try await onLoop { $0.vanish() } }
}
