package import Database
package import Logging
package import NIOCore

/// Chat as a whole: the log, its readers and the hub, on one database and a set of event loops.
package final class ChatService: Sendable {
    /// What can be set of chat.
    package struct Configuration: Sendable {
        package var limits = ChatLimits()
        /// How presence and other passing events are told.
        package var presence = PresenceSettings()
        /// `chat.default_room`: the room that new users join.
        package var defaultRoom = RoomID(stored: "general")
        /// Milliseconds that a socket outlives its access token (`tokens.socket_grace`).
        package var socketGraceMilliseconds: Int64 = 25_000
        /// Threads that read pages of the log.
        package var readers = 2
        /// Threads that search.
        package var searchers = 2
        /// `chat.erasure_delay`: how long deleted words may stay in the file of the search index.
        package var erasureDelay: Duration = .seconds(10)
        /// Name and version, told in `hello`.
        package var server = "parley"
        /// This node's name, told in `hello` and in receipts.
        package var node = "node-1"

        package init() {}
    }

    package let configuration: Configuration
    package let hub: Hub
    package let log: RoomLog
    package let reader: LogReader
    /// Finds messages by their words.
    package let search: SearchReader
    /// Keeps the search index behind the log; `start()` it in a process that serves.
    package let indexer: SearchIndexer
    package let users: any UserDirectory
    /// Who is online, as users may see it.
    package let presence: PresenceReader
    let board: PresenceBoard
    let buckets: UserBuckets
    let now: @Sendable () -> Int64

    /// Starts the log's thread and its readers. `now` gives milliseconds since 1970 UTC; `acted` must not wait.
    package init(
        engine: any DatabaseEngine, eventLoops: [any EventLoop], users: any UserDirectory,
        configuration: Configuration, now: @escaping @Sendable () -> Int64,
        acted: @escaping @Sendable (RoomAct) -> Void = { _ in }, logger: Logger
    ) {
        self.configuration = configuration
        self.users = users
        self.now = now
        buckets = UserBuckets(limits: configuration.limits)
        board = PresenceBoard(
            eventLoop: eventLoops[0], shardCount: eventLoops.count, settings: configuration.presence, now: now)
        hub = Hub(
            eventLoops: eventLoops, board: board, socketGraceMilliseconds: configuration.socketGraceMilliseconds,
            now: now)
        indexer = SearchIndexer(engine: engine, erasureDelay: configuration.erasureDelay, logger: logger)
        log = RoomLog(
            engine: engine, hub: hub, indexer: indexer, limits: configuration.limits, presence: configuration.presence,
            board: board, users: users, now: now, acted: acted, logger: logger)
        board.connect(to: log)
        presence = PresenceReader(engine: engine, board: board)
        reader = LogReader(engine: engine, limits: configuration.limits, threads: configuration.readers)
        search = SearchReader(engine: engine, limits: configuration.limits, threads: configuration.searchers)
    }

    /// The chat end of a socket that is about to be upgraded on `loop`, one of the hub's.
    package func makeSession(_ credential: SessionCredential, on loop: any EventLoop) -> ChatSession {
        ChatSession(service: self, credential: credential, shard: hub.shard(of: loop))
    }

    /// Takes a message that does not come over a socket from what its user may send. Throws `rate_limited`.
    package func takeMessage(of user: UserID) throws(ChatError) {
        if let wait = buckets.rates(of: user).messages.take(now: .now()) { throw .rateLimited(wait, "messages") }
    }

    /// Commits what was put to the log and ends the threads. Blocks.
    package func stop() {
        if let times = try? board.stop().wait(), !times.isEmpty { log.submit(.seen(times), .none) }
        log.stop()
        indexer.stop()
        reader.stop()
        search.stop()
    }
}
