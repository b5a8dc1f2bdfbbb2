import Chat
package import Identity
package import Logging
import NIOCore
import NIOPosix
package import ParleyClient
package import ParleyServer
import ServiceLifecycle
package import TestTools

/// A server in this process: real TLS on a free port of 127.0.0.1, a real database file, a development certificate.
package final class TestServer: Sendable {
    /// Where its data is; the directory goes with the last server that used it.
    package let directory: TemporaryDirectory
    package let node: ParleyNode
    /// The way to it.
    package let access: ServerAccess
    private let group: MultiThreadedEventLoopGroup
    private let services: ServiceGroup
    private let running: Task<Void, any Error>

    private init(
        directory: TemporaryDirectory, node: ParleyNode, access: ServerAccess, group: MultiThreadedEventLoopGroup,
        services: ServiceGroup, running: Task<Void, any Error>
    ) {
        self.directory = directory
        self.node = node
        self.access = access
        self.group = group
        self.services = services
        self.running = running
    }

    /// The path of the admin socket.
    package var adminSocket: String { node.configuration.data.adminSocket }

    /// Starts a server. Rates are out of the way unless `settings` sets them, anyone may register, and changes of
    /// presence gather for good, so that they come between no other frames.
    package static func start(
        _ settings: [String: String] = [:], clock: WallClock = .system, directory: TemporaryDirectory? = nil,
        logger: Logger = quiet
    ) async throws -> TestServer {
        let directory = try directory ?? TemporaryDirectory()
        var overrides = [
            "server.listen": "127.0.0.1:0", "data.directory": directory.file("data"), "auth.registration": "open",
            "limits.requests_per_second": "100000", "limits.messages_per_second": "100000",
            "limits.commands_per_second": "100000", "server.event_loops": "2", "server.drain_delay": "10ms",
            "presence.interval": "24h",
        ]
        overrides.merge(settings) { $1 }
        let configuration = try ParleyConfiguration.load(file: nil, environment: [:], overrides: overrides)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.server.eventLoops)
        let node = try ParleyNode(
            configuration: configuration, eventLoops: Array(group.makeIterator()), isServing: true, clock: clock,
            logger: logger)
        let server = try ParleyServer(node: node, group: group)
        let port = Mailbox<Int>()
        let services = ServiceGroup(services: [ServerService(server: server, port: port)], logger: quiet)
        let running = Task {
            defer { port.finish() }
            try await services.run()
        }
        guard let port = await port.next() else {
            try await running.value
            throw TimedOut("the server ended before it listened")
        }
        let access = try ServerAccess(
            port: port, authority: configuration.tls.developmentDirectory + "/dev-ca.pem")
        return TestServer(
            directory: directory, node: node, access: access, group: group, services: services, running: running)
    }

    /// Stops the server as SIGTERM does, and waits for its end.
    package func stop() async throws {
        await services.triggerGracefulShutdown()
        try await running.value
        try await group.shutdownGracefully()
    }

    /// Begins to stop.
    package func beginStop() async { await services.triggerGracefulShutdown() }

    /// A logger that says nothing.
    package static let quiet = Logger(label: "parley-test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs `body` with a server that is stopped afterwards.
    package static func run(
        _ settings: [String: String] = [:], clock: WallClock = .system, directory: TemporaryDirectory? = nil,
        logger: Logger = quiet, _ body: (TestServer) async throws -> Void
    ) async throws {
        let server = try await start(settings, clock: clock, directory: directory, logger: logger)
        do {
            try await body(server)
        } catch {
            try? await server.stop()
            throw error
        }
        try await server.stop()
    }

    /// Makes an administrator and logs in.
    package func administrator(_ username: String = "root") async throws -> TestLogin {
        let user = try await node.authority.accounts.create(username, password: TestLogin.password, role: .admin)
        try await node.welcome(user)
        return try await access.login(username)
    }

    /// Sockets that are connected.
    package func socketCount() async throws -> Int { try await node.chat.hub.socketCount() }

    /// How often a socket was served from the log because it could not follow.
    package func fallenBehindCount() async throws -> Int { try await node.chat.hub.statistics().fallenBehind }

    /// The `seq` of the last event of a room, as one of its members sees it.
    package func head(of room: String, for user: String) async throws -> Int64 {
        try await node.rooms.room(RoomID(stored: room), for: UserID(stored: user)).head
    }

    /// A client of the server, for a user whose password is ``TestLogin/password``.
    package func client() throws -> ParleyClient {
        try ParleyClient(url: access.origin, trust: .file(access.authority), device: "tests")
    }
}

private struct ServerService: Service {
    let server: ParleyServer
    let port: Mailbox<Int>

    func run() async throws { try await server.run { [port] in port.put($0) } }
}
