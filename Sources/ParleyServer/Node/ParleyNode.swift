package import Chat
package import Database
package import Identity
package import Logging
import NIOConcurrencyHelpers
package import NIOCore

/// The parts of one Parley process, opened in their order: data directory, database, identity, chat.
///
/// The server listens in front of it; a command that finds no server running works on one of its own.
package final class ParleyNode: Sendable {
    package let configuration: ParleyConfiguration
    package let directory: DataDirectory
    package let engine: any DatabaseEngine
    package let authority: Authority
    package let audit: AuditLog
    package let chat: ChatService
    package let rooms: RoomReader
    let files: FileStore
    let uploads: UserSlots
    let downloads: UserSlots
    let webhooks: WebhookLedger
    let webhookThrottle: RequestThrottle
    /// Takes out what is older than rooms keep it.
    package let retention: RetentionKeeper
    /// Takes exported rooms in.
    package let importer: RoomImporter
    package let clock: WallClock
    package let logger: Logger
    package let eventLoops: [any EventLoop]
    /// Whether sockets may be connected, so that a receipt answers for this node.
    package let isServing: Bool
    let status = ServerStatus()
    private let origins: NIOLockedValueBox<Set<WebOrigin>>
    let loginThrottle: LoginThrottle
    let auditLimiter = AuditLimiter()
    let requestThrottle: RequestThrottle

    /// The name and version that `hello` and `Server` tell.
    package static let product = "parley/0.1.0"

    /// Opens everything; blocks. Throws ``NodeError``, `IdentityError` and `DatabaseError`.
    ///
    /// With `makesNewKeys`, key files that are lost or cannot be used are made anew, which ends every session.
    package init(
        configuration: ParleyConfiguration, eventLoops: [any EventLoop], isServing: Bool, makesNewKeys: Bool = false,
        clock: WallClock = .system, logger: Logger
    ) throws {
        self.configuration = configuration
        self.eventLoops = eventLoops
        self.isServing = isServing
        self.clock = clock
        self.logger = logger
        origins = NIOLockedValueBox(configuration.server.origins(port: configuration.server.listen.port))
        directory = try DataDirectory(path: configuration.data.directory)
        let engine = try SQLiteEngine(
            path: configuration.data.database,
            configuration: SQLiteEngine.Configuration(
                readers: configuration.data.databaseReaders + configuration.data.databaseSearchers))
        try engine.migrate(IdentityMigrations.all + ChatMigrations.all)
        self.engine = engine
        let ring = try KeyRing.open(
            path: directory.keys, database: engine, makesNewKeys: makesNewKeys, clock: clock)
        authority = try Authority(
            database: engine, keyRing: ring, configuration: configuration.identity, clock: clock)
        audit = try AuditLog(
            database: engine, keyPath: directory.auditKey, headPath: directory.auditHead, makesNewKeys: makesNewKeys,
            clock: clock)
        chat = ChatService(
            engine: engine, eventLoops: eventLoops, users: DirectoryOfAccounts(authority.directory),
            configuration: configuration.chatService, now: { clock.now },
            acted: { [audit] in audit.record($0) }, logger: logger)
        rooms = RoomReader(engine: engine)
        files = try FileStore(
            directory: directory.files, ledger: FileLedger(engine: engine, now: { clock.now }),
            threads: configuration.files.threads)
        webhooks = WebhookLedger(
            engine: engine, limits: configuration.chatService.limits, now: { clock.now })
        webhookThrottle = RequestThrottle(perSecond: configuration.limits.webhookMessagesPerSecond)
        uploads = UserSlots(limit: configuration.files.uploadsPerUser)
        downloads = UserSlots(limit: configuration.files.downloadsPerUser)
        let kept = configuration.chat.retention.milliseconds
        retention = RetentionKeeper(engine: engine, log: chat.log, standardMilliseconds: kept == 0 ? nil : kept)
        importer = RoomImporter(
            engine: engine, log: chat.log, limits: configuration.chatService.limits,
            users: DirectoryOfAccounts(authority.directory),
            isKnown: { [directory = authority.directory] user in
                Username(user.description).map { directory.anyone($0) != nil } ?? false
            }, now: { clock.now })
        loginThrottle = LoginThrottle(configuration.limits.loginFailures)
        requestThrottle = RequestThrottle(perSecond: configuration.limits.requestsPerSecond)
    }

    /// The port that people reach the server on: the listener's, or the configured one before it is open.
    var listeningPort: Int { status.port == 0 ? configuration.server.listen.port : status.port }

    /// The origins whose pages may call the server.
    var allowedOrigins: Set<WebOrigin> { origins.withLockedValue { $0 } }

    /// Takes note that the listener is open on that port.
    func listening(port: Int) {
        origins.withLockedValue { $0 = configuration.server.origins(port: port) }
        status.listening(port: port)
    }

    /// Makes the default room, and its members of all accounts that were never in it: an account may have been made
    /// just before a crash.
    package func welcomeEveryone() async throws {
        let room = configuration.chatService.defaultRoom
        let known = try await rooms.everyoneEver(in: room)
        var cursor: String?
        repeat {
            let page = try await authority.accounts.list(after: cursor, limit: 200)
            for user in page.items where !known.contains(UserID(user.username)) { try await welcome(user) }
            cursor = page.cursor
        } while cursor != nil
    }

    /// Makes a new account a member of the default room, an administrator its owner.
    ///
    /// Where the room does not take it, because it is full or the user is in too many rooms, the account stands
    /// without the room, and the log says so.
    package func welcome(_ user: User) async throws {
        let room = configuration.chatService.defaultRoom
        do {
            _ = try await chat.log.submit(
                .welcome(room: room, user: UserID(user.username), role: user.role == .admin ? .owner : .member))
        } catch let error as ChatError {
            logger.warning(
                "an account is not in the default room",
                metadata: ["user": "\(user.username)", "room": "\(room)", "error": "\(error)"])
        }
    }

    /// Takes out the rooms of imports that the end of a process cut off; what fails is logged.
    func undoImports() async {
        do {
            try await importer.undoAll()
        } catch {
            logger.error("an import that was cut off could not be undone", metadata: ["error": "\(error)"])
        }
    }

    /// Deletes files that no message came to carry in `files.orphan_lifetime`, and contents that no file has.
    package func collectFiles() async throws {
        _ = try await files.ledger.deleteLoose(before: clock.now - configuration.files.orphanLifetime.milliseconds)
        let removed = try await files.collect()
        if removed > 0 { logger.debug("contents of files removed", metadata: ["count": "\(removed)"]) }
    }

    /// Commits what is under way and closes the database. Blocks for a moment.
    package func close() async throws {
        chat.stop()
        files.stop()
        do {
            try await audit.flush()
        } catch {
            logger.error("the end of the audit log cannot be written", metadata: ["error": "\(error)"])
        }
        try await authority.shutdown()
        try engine.close()
        directory.release()
    }
}

extension UserID {
    /// The same name on the side of chat.
    package init(_ username: Username) { self.init(stored: username.text) }
}

extension ParleyNode {
    /// The one-time link that makes the first account, an administrator's; nil when there is an account.
    package func firstAccountLink() async throws -> String? {
        guard let issued = try await authority.invites.createForFirstAccount() else { return nil }
        return InviteLink.url(
            origin: configuration.server.publicOrigin(port: listeningPort), secret: issued.secret,
            isFirstAccount: true)
    }
}
