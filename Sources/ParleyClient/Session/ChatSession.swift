import FoundationEssentials

/// A chat that outlives its sockets: reconnects, catches up on what was missed, and sends again what was not answered.
///
/// Every durable event of a room comes out once, in the order of its `seq`, without a gap. Let go of it only after
/// ``close()``.
public actor ChatSession {
    /// Why a socket ended or did not open.
    public enum Interruption: Sendable {
        /// The socket was open and ended.
        case closed(CloseReason)
        /// The socket did not open: ``ProblemError`` or ``ClientError``.
        case failed(any Error)
    }

    /// What a session tells its reader.
    public enum Update: Sendable {
        /// A socket is open; what was missed follows.
        case connected(ChatHello)
        /// An event: durable ones in order, without gap or repeat.
        case event(ServerEvent)
        /// The socket is gone; the next attempt follows after the wait.
        case disconnected(Interruption, retryIn: Duration)
        /// It is over: the server does not want this session back, or ``close()`` was called.
        case ended(Interruption)
    }

    /// How a session behaves.
    public struct Options: Sendable {
        /// The sockets' patience.
        public var connection = ConnectionOptions()
        /// The waits between attempts.
        public var backoff = Backoff()
        /// A socket that lived for so long sets the back-off to its start.
        public var stableAfter: Duration = .seconds(10)
        /// The last `seq` seen in each room in an earlier life; rooms that are missing start at their head.
        public var lastSeen: [String: Int] = [:]

        /// The defaults.
        public init() {}
    }

    /// What happens; ends after `ended`. For one reader; what is not read waits in memory.
    public nonisolated let updates: AsyncStream<Update>

    private let client: ParleyClient
    private let options: Options
    private let sleep: @Sendable (Duration) async throws -> Void
    private let continuation: AsyncStream<Update>.Continuation
    private var backoff: Backoff
    private var progress: RoomProgress
    private var pending = PendingSends()
    private var resumes: [String: [String: Int]] = [:]
    private var current: ChatConnection?
    private var drainDelay: Duration?
    private var isClosed = false
    private var run: Task<Void, Never>?
    private var waitingForConnection: [CheckedContinuation<ChatConnection, any Error>] = []

    /// A session of a logged-in client; nothing happens before ``start()``.
    public init(client: ParleyClient, options: Options = Options()) {
        self.init(client: client, options: options, sleep: { try await Task.sleep(for: $0) })
    }

    /// As above, with the wait between attempts given from outside.
    package init(
        client: ParleyClient, options: Options, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.client = client
        self.options = options
        self.sleep = sleep
        backoff = options.backoff
        progress = RoomProgress(last: options.lastSeen)
        (updates, continuation) = AsyncStream.makeStream()
    }

    /// Connects, and stays connected until ``close()`` or until the server ends the session.
    public func start() {
        guard run == nil, !isClosed else { return }
        run = Task { await self.stayConnected() }
    }

    /// Ends the session and its socket; sends without an answer fail.
    public func close() async {
        isClosed = true
        let reason = await current?.close()
        run?.cancel()
        await run?.value
        finish(.closed(reason ?? CloseReason(code: 1000, reason: "")))
    }

    /// The `seq` of the last event seen in each room.
    public var lastSeen: [String: Int] { progress.last }

    /// How many sends the server has not answered yet.
    public var pendingCount: Int { pending.entries.count }

    /// The open socket, for commands other than ``send(_:_:replyTo:files:)``; waits until there is one.
    ///
    /// Its events belong to the session: read ``updates``, not them.
    ///
    /// - Throws: ``ClientError`` with the code `shutDown` when the session has ended.
    public func connection() async throws -> ChatConnection {
        guard !isClosed else { throw ClientError(.shutDown, "the session has ended") }
        if let current { return current }
        return try await withCheckedThrowingContinuation { waitingForConnection.append($0) }
    }

    /// Sends a message and waits until it is durable, over as many sockets as that takes; it arrives once.
    ///
    /// - Throws: ``CommandError`` when the server refuses it; ``ClientError`` with the code `shutDown` when the session
    ///   ends first: then the message may or may not have arrived.
    @discardableResult
    public func send(
        _ room: String, _ text: String, replyTo: Int? = nil, files: [String]? = nil
    ) async throws -> CommandAnswer.Send {
        guard !isClosed else { throw ClientError(.shutDown, "the session has ended") }
        let nonce = SystemRandom.nonce()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let entry = PendingSends.Entry(
                    nonce: nonce, room: room, text: text, replyTo: replyTo, files: files, continuation: continuation)
                pending.append(entry)
                if let current { post(entry, on: current) }
            }
        } onCancel: {
            Task { await self.cancelSend(nonce) }
        }
    }

    private func cancelSend(_ nonce: String) {
        pending.remove(nonce: nonce)?.continuation.resume(throwing: CancellationError())
    }

    private func stayConnected() async {
        var refreshFirst = false
        while !isClosed {
            let interruption: Interruption
            var decision: ReconnectPolicy.Decision
            do {
                if refreshFirst { try await client.refresh() }
                refreshFirst = false
                let reason = try await serve(try await client.connect(options.connection))
                interruption = .closed(reason)
                decision = ReconnectPolicy.decision(after: reason)
            } catch {
                interruption = .failed(error)
                decision = ReconnectPolicy.decision(after: error)
                if refreshFirst, case .reconnect(_, let after) = decision {
                    decision = .reconnect(refreshFirst: true, after: after)
                }
            }
            guard !isClosed, case .reconnect(let needsRefresh, let after) = decision else {
                return finish(interruption)
            }
            // After a refresh was refused there are no cookies left, and nothing to come back with.
            if needsRefresh, await !client.canRefresh { return finish(interruption) }
            refreshFirst = needsRefresh
            var random = SystemRandom()
            let wait = backoff.failed(atLeast: drainDelay ?? after, using: &random)
            drainDelay = nil
            continuation.yield(.disconnected(interruption, retryIn: wait))
            try? await sleep(wait)
        }
    }

    /// Lives with one socket until it ends.
    private func serve(_ connection: ChatConnection) async throws -> CloseReason {
        guard !isClosed else { return await connection.close() }
        let opened = ContinuousClock.now
        continuation.yield(.connected(connection.hello))
        resume(progress.greeted(connection.hello), on: connection)
        for entry in pending.entries { post(entry, on: connection) }
        current = connection
        for waiting in waitingForConnection { waiting.resume(returning: connection) }
        waitingForConnection = []
        for await arrival in connection.arrivals { received(arrival, on: connection) }
        current = nil
        resumes = [:]
        pending.disconnected()
        if opened.duration(to: .now) >= options.stableAfter { backoff.succeeded() }
        return await connection.closed()
    }

    private func received(_ arrival: Arrival, on connection: ChatConnection) {
        switch arrival {
        case .event(let event):
            if case .drain(let delay) = event { drainDelay = delay }
            switch progress.arrived(event) {
            case .deliver(let events): for event in events { continuation.yield(.event(event)) }
            case .nothing: break
            case .resume(let seq):
                if let room = event.position?.room { resume([room: seq], on: connection) }
            }
        case .answer(let id, let result):
            if let asked = resumes.removeValue(forKey: id) {
                guard let outcome = try? decode(try result.get(), as: CommandAnswer.Resume.self) else {
                    // Going on would leave a gap: a new socket asks again, after the back-off.
                    return connection.abort()
                }
                for event in progress.resumed(asked, outcome) { continuation.yield(.event(event)) }
            } else if let entry = pending.answered(id: id) {
                entry.continuation.resume(with: Result { try decode(try result.get(), as: CommandAnswer.Send.self) })
            }
        }
    }

    private func decode<Answer: Decodable>(_ text: String, as type: Answer.Type) throws -> Answer {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw ClientError(.protocolViolation, "the answer is no \(type)")
        }
    }

    private func resume(_ rooms: [String: Int], on connection: ChatConnection) {
        guard !rooms.isEmpty else { return }
        let fields: [String: JSONValue?] = ["rooms": .object(rooms.mapValues(JSONValue.init(_:)))]
        if let id = try? connection.post("resume", fields) { resumes[id] = rooms }
    }

    private func post(_ entry: PendingSends.Entry, on connection: ChatConnection) {
        if let id = try? connection.post("send", entry.fields) { pending.posted(nonce: entry.nonce, id: id) }
    }

    private func finish(_ interruption: Interruption) {
        isClosed = true
        continuation.yield(.ended(interruption))
        continuation.finish()
        let error = ClientError(.shutDown, "the session has ended")
        for entry in pending.removeAll() { entry.continuation.resume(throwing: error) }
        for waiting in waitingForConnection { waiting.resume(throwing: error) }
        waitingForConnection = []
    }
}
