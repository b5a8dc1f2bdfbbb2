import Chat
import Database
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestTools
import Testing

@testable import Chat

/// Chat as a whole on a SQLite file and two event loops.
final class TestChat: Sendable {
    /// The event loops of all tests; they live as long as the process.
    static let loops = Array(group.makeIterator())
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)

    let directory: TemporaryDirectory
    let engine: any DatabaseEngine
    let service: ChatService
    let clock = ManualClock()
    private let sockets = NIOLockedValueBox([TestSocket]())

    init(
        in directory: TemporaryDirectory, engine: any DatabaseEngine,
        _ configure: (inout ChatService.Configuration) -> Void
    ) throws {
        self.directory = directory
        self.engine = engine
        var configuration = ChatService.Configuration()
        configuration.limits.messagesPerSecond = 100_000
        configuration.limits.commandsPerSecond = 100_000
        // Passing events gather for good unless a test wants them, so that they come between no other frames.
        configuration.presence.interval = .hours(1)
        configure(&configuration)
        var logger = Logger(label: "chat-tests")
        logger.logLevel = .critical
        try engine.migrate(ChatMigrations.all)
        service = ChatService(
            engine: engine, eventLoops: Self.loops, users: TestUsers(), configuration: configuration,
            now: { [clock] in clock.now }, logger: logger)
    }

    /// Starts chat, runs the test and stops chat. A second run in the same directory is a restart.
    static func run(
        in directory: TemporaryDirectory? = nil, engine: (any DatabaseEngine)? = nil,
        _ configure: (inout ChatService.Configuration) -> Void = { _ in }, _ body: (TestChat) async throws -> Void
    ) async throws {
        let directory = try directory ?? TemporaryDirectory()
        let chat = try TestChat(
            in: directory, engine: try engine ?? SQLiteEngine(path: directory.file("chat.sqlite3")), configure)
        do { try await body(chat) } catch {
            try await chat.stop()
            throw error
        }
        try await chat.stop()
    }

    private func stop() async throws {
        for socket in sockets.withLockedValue({ $0 }) { try await socket.close() }
        service.stop()
        try? engine.close()
    }

    // MARK: The log

    @discardableResult
    func submit(_ request: LogRequest) async throws -> LogAnswer { try await service.log.submit(request) }

    /// The code of the error with which a request is refused, `ok` when it is not.
    func code(_ request: LogRequest) async -> String {
        do {
            try await submit(request)
            return "ok"
        } catch {
            return (error as? ChatError)?.code ?? "\(error)"
        }
    }

    /// Returns when the log is through with everything that was put to it before, and the event loops are told.
    func settle() async {
        // What is told behind a commit's answers is told before the next commit.
        for _ in 0..<2 { _ = await code(.join(room: "", user: "nobody")) }
    }

    /// A message's answer.
    @discardableResult
    func send(
        _ room: RoomID, _ user: UserID, _ text: String = "hi", nonce: String? = nil, replyTo: Int64? = nil,
        violation: ChatError? = nil
    ) async throws -> LogAnswer {
        try await submit(
            .send(room: room, from: user, text: text, nonce: nonce, replyTo: replyTo, violation: violation))
    }

    /// The messages of a room in their present state, as a history shows them to the user.
    func history(_ room: RoomID, _ user: UserID) async throws -> [JSON] {
        let page = try await service.reader.history(
            HistoryRequest(room: room, before: nil, after: nil, limit: nil), user: user)
        return try page.events.withUnsafeBytes { try JSONReader.read($0) }.items
    }

    /// A room with an owner and members, public unless told otherwise.
    func makeRoom(
        _ room: RoomID, _ kind: RoomKind = .public, owner: UserID = "olga", members: [UserID] = []
    ) async throws {
        try await submit(.create(room: room, kind: kind, title: nil, topic: nil, by: owner))
        for member in members {
            try await submit(.setMember(room: room, user: member, role: nil, isMuted: nil, by: owner))
        }
    }

    /// The room as the user sees it.
    func room(_ room: RoomID, _ user: UserID) async throws -> RoomInfo {
        try await RoomReader(engine: engine).room(room, for: user)
    }

    /// The stored events of a room.
    func events(_ room: RoomID) throws -> [Event] {
        var events: [Event] = []
        try engine.readBlocking { connection in
            try EventTable.forEach(room: room, after: 0, through: .max, limit: 1_000_000, connection) {
                events.append($0)
                return true
            }
        }
        return events
    }

    // MARK: Sockets

    /// A socket of the user, on either event loop, without waiting for its `hello`.
    func connect(
        _ user: UserID, loop index: Int = 0, login: String? = nil, expiresIn: Int64 = 600_000,
        details: @escaping @Sendable () throws -> SessionCredential.Details = { .init(device: "test", createdAt: 0) },
        verdict: @escaping @Sendable () -> (code: UInt16, reason: String)? = { nil }
    ) async throws -> TestSocket {
        let loop = Self.loops[index]
        let credential = SessionCredential(
            user: user, accountRole: { "user" }, sessionID: login ?? "login-\(user)",
            accessExpiresAt: clock.now + expiresIn, details: details, verdict: verdict)
        let socket = TestSocket(service.makeSession(credential, on: loop), on: loop)
        sockets.withLockedValue { $0.append(socket) }
        try await socket.onLoop { $0.open() }
        return socket
    }

    /// A socket of the user that has its `hello`.
    func open(
        _ user: UserID, loop index: Int = 0, login: String? = nil, expiresIn: Int64 = 600_000
    ) async throws -> TestSocket {
        let socket = try await connect(user, loop: index, login: login, expiresIn: expiresIn)
        try await socket.wait("hello") { !$0.received.isEmpty }
        return socket
    }
}

extension LogAnswer {
    /// The `seq` of what was sent or appended.
    var seq: Int64? {
        switch self {
        case .sent(_, let seq, _, _), .appended(_, let seq, _): seq
        case .room, .left, .expired, .done, .silent: nil
        }
    }

    /// The room of an answer that carries one.
    var info: RoomInfo? { if case .room(let info) = self { info } else { nil } }
}
