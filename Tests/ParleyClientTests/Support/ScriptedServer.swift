import FoundationEssentials
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOOpenSSL
import NIOPosix
import NIOWebSocket
import ParleyClient

/// A server over real TLS that does what a test tells it to.
final class ScriptedServer: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var headers: HTTPHeaders
        var body: String
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body = ""
        /// Ends the connection without an answer.
        var vanishes = false
    }

    typealias HTTPScript = @Sendable (Request) -> Answer
    typealias SocketScript = @Sendable (ServerSocket) async -> Void

    private let http: HTTPScript
    private let refuse: @Sendable (Request) -> Answer?
    private let socket: SocketScript
    private let opened: (@Sendable (ServerSocket) -> Void)?
    private let log = NIOLockedValueBox<[Request]>([])
    private let socketCount = NIOLockedValueBox(0)
    private let connectionCount = NIOLockedValueBox(0)
    private let children = NIOLockedValueBox<[any Channel]>([])
    private let channel = NIOLockedValueBox<(any Channel)?>(nil)

    /// Requests in the order they came, upgrades included.
    var requests: [Request] { log.withLockedValue { $0 } }
    var connections: Int { connectionCount.withLockedValue { $0 } }
    var url: String { "https://127.0.0.1:\(channel.withLockedValue { $0?.localAddress?.port ?? 0 })" }

    convenience init(http: @escaping HTTPScript, socket: @escaping SocketScript = { _ in }) {
        self.init(http: http, refuse: { _ in nil }, socket: socket)
    }

    /// A server whose sockets are served on the event loop.
    convenience init(
        refuse: @escaping @Sendable (Request) -> Answer?, opened: @escaping @Sendable (ServerSocket) -> Void
    ) {
        self.init(http: { _ in Answer(status: 404) }, refuse: refuse, socket: { _ in }, opened: opened)
    }

    init(
        http: @escaping HTTPScript, refuse: @escaping @Sendable (Request) -> Answer?, socket: @escaping SocketScript,
        opened: (@Sendable (ServerSocket) -> Void)? = nil
    ) {
        self.opened = opened
        self.http = http
        self.refuse = refuse
        self.socket = socket
    }

    /// Listens on a free port with TLS, or on a Unix socket without.
    @discardableResult
    func start(socketPath: String? = nil) async throws -> ScriptedServer {
        let context = socketPath == nil ? try ServerCertificates.serverContext() : nil
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    self.connectionCount.withLockedValue { $0 += 1 }
                    self.children.withLockedValue { $0.append(child) }
                    if let context { try child.pipeline.syncOperations.addHandler(TLSHandler(context: context)) }
                    try self.configure(child)
                }
            }
        let bound =
            if let socketPath {
                try await bootstrap.bind(unixDomainSocketPath: socketPath).get()
            } else {
                try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
            }
        channel.withLockedValue { $0 = bound }
        return self
    }

    func stop() async {
        try? await channel.withLockedValue { $0 }?.close().get()
        for child in children.withLockedValue({ $0 }) { try? await child.close().get() }
    }

    private func configure(_ child: any Channel) throws {
        let refusal = NIOLockedValueBox<Answer?>(nil)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: 1 << 20,
            shouldUpgrade: { channel, head in
                let request = Request(method: head.method.rawValue, path: head.uri, headers: head.headers, body: "")
                if let answer = self.refuse(request) {
                    refusal.withLockedValue { $0 = answer }
                    return channel.eventLoop.makeSucceededFuture(nil)
                }
                self.log.withLockedValue { $0.append(request) }
                let offered = head.headers.first(name: "sec-websocket-protocol")
                return channel.eventLoop.makeSucceededFuture(
                    offered == nil ? [:] : ["sec-websocket-protocol": "parley.v1"])
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    let number = self.socketCount.withLockedValue { count in
                        count += 1
                        return count
                    }
                    let cookie = head.headers.first(name: "cookie") ?? ""
                    let socket = ServerSocket(channel: channel, number: number, cookie: cookie)
                    try channel.pipeline.syncOperations.addHandler(ServerSocketHandler(socket: socket))
                    if let opened = self.opened {
                        channel.eventLoop.execute { opened(socket) }
                    } else {
                        Task { await self.socket(socket) }
                    }
                }
            })
        let handler = ScriptedHTTPHandler { request in
            self.log.withLockedValue { $0.append(request) }
            return refusal.withLockedValue { $0 } ?? self.http(request)
        }
        let bound = NIOLoopBound(handler, eventLoop: child.eventLoop)
        try child.pipeline.syncOperations.configureHTTPServerPipeline(
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    context.pipeline.syncOperations.removeHandler(bound.value, promise: nil)
                }
            ))
        try child.pipeline.syncOperations.addHandler(handler)
    }
}
