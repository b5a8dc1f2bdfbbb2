import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOOpenSSL
import NIOPosix

@testable import WebSocketTransport

/// A whole server on 127.0.0.1 with the real TLS, gate and connection code.
struct TestServer {
    let port: Int
    private let server: Server<ChatUpgradeChannel>

    struct NotStarted: Error {}

    /// Runs `body` against a server and stops it gracefully, which only ends when every connection is gone.
    ///
    /// Hummingbird's side answers `GET /x` with "hello", echoes bodies, and anything else with 404.
    static func run(
        _ configuration: WebSocketUpgradeConfiguration, _ body: (TestServer) async throws -> Void
    ) async throws {
        let files = try TestCertificate.files.get()
        let source = try TLSContextSource(
            configuration: TLSServerConfiguration(certificateChainFile: files.certificate, privateKeyFile: files.key))
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = Server(
            childChannelSetup: ChatUpgradeChannel(responder: answer, tls: source, configuration: configuration),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            guard let port = await ports.first(where: { _ in true }) else { throw NotStarted() }
            try await body(TestServer(port: port, server: server))
            try await server.shutdownGracefully()
            try await group.waitForAll()
        }
    }

    /// Stops the server; returns when every connection is gone.
    func stop() async throws {
        try await server.shutdownGracefully()
    }

    @Sendable
    private static func answer(
        request: Request, writer: consuming ResponseWriter, channel: any Channel
    ) async throws {
        switch request.uri.path {
        case "/x":
            try await writer.write(
                response: HTTPResponse(status: .ok, headerFields: [.contentLength: "5"]),
                body: ResponseBody(byteBuffer: ByteBuffer(string: "hello")))
        case "/echo":
            var whole = ByteBuffer()
            for try await part in request.body { whole.writeImmutableBuffer(part) }
            try await writer.write(
                response: HTTPResponse(
                    status: .ok, headerFields: [.contentLength: "\(whole.readableBytes)"]),
                body: ResponseBody(byteBuffer: whole))
        default:
            try await writer.writeResponse(HTTPResponse(status: .notFound, headerFields: [.contentLength: "0"]))
        }
    }
}
