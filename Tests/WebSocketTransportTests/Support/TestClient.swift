import NIOCore
import NIOOpenSSL
import NIOPosix

@testable import WebSocketTransport

/// A client that sends bytes over TLS and waits for bytes.
final class TestClient: Sendable {
    private let channel: any Channel
    private let inbox: NIOLoopBound<Inbox>

    /// Connects and hands a connected client to `body`; the connection is closed afterwards.
    static func connect(
        to port: Int, tls: Bool = true, _ body: (TestClient) async throws -> Void
    ) async throws {
        let files = try TestCertificate.files.get()
        var configuration = TLSClientConfiguration()
        configuration.additionalAuthoritiesFile = files.certificate
        let context = try TLSContext(client: configuration)
        let inboxes = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: NIOLoopBound<Inbox>.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let inbox = Inbox()
                    if tls {
                        try channel.pipeline.syncOperations.addHandler(
                            TLSHandler(context: context, serverHostname: "localhost"))
                    }
                    try channel.pipeline.syncOperations.addHandler(inbox)
                    inboxes.succeed(NIOLoopBound(inbox, eventLoop: channel.eventLoop))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let client = TestClient(channel: channel, inbox: try await inboxes.futureResult.get())
        do {
            try await body(client)
        } catch {
            try? await channel.close()
            throw error
        }
        try? await channel.close()
    }

    private init(channel: any Channel, inbox: NIOLoopBound<Inbox>) {
        self.channel = channel
        self.inbox = inbox
    }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    func pauseReading() async throws {
        try await channel.setOption(.autoRead, value: false).get()
    }

    func resumeReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// Asks for a socket; headers can be added or replaced.
    func sendUpgrade(path: String = "/ws", followedBy bytes: [UInt8] = [], _ headers: [String: String] = [:])
        async throws
    {
        var all = [
            "Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13",
        ]
        all.merge(headers) { $1 }
        let lines = all.map { "\($0): \($1)\r\n" }.joined()
        try await send(Array("GET \(path) HTTP/1.1\r\n\(lines)\r\n".utf8) + bytes)
    }

    /// Everything received so far, as soon as `isEnough` says so or the connection has ended.
    @discardableResult
    func receive(until isEnough: @escaping @Sendable ([UInt8]) -> Bool) async throws -> [UInt8] {
        let inbox = inbox
        return try await channel.eventLoop.flatSubmit { inbox.value.wait(until: isEnough, on: inbox.eventLoop) }.get()
    }

    /// Everything received so far, as text, as soon as it contains `text`.
    @discardableResult
    func receive(_ text: String) async throws -> String {
        let wanted = Array(text.utf8)
        return String(decoding: try await receive { $0.firstRange(of: wanted) != nil }, as: UTF8.self)
    }

    /// Everything received until the peer ended the connection.
    func receiveAll() async throws -> [UInt8] {
        try await receive { _ in false }
    }

    private final class Inbox: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private var bytes: [UInt8] = []
        private var isEnded = false
        private var waiting: (isEnough: @Sendable ([UInt8]) -> Bool, promise: EventLoopPromise<[UInt8]>)?

        func wait(
            until isEnough: @escaping @Sendable ([UInt8]) -> Bool, on eventLoop: any EventLoop
        ) -> EventLoopFuture<[UInt8]> {
            let promise = eventLoop.makePromise(of: [UInt8].self)
            waiting = (isEnough, promise)
            check()
            return promise.futureResult
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes.append(contentsOf: unwrapInboundIn(data).readableBytesView)
            check()
        }

        func channelInactive(context: ChannelHandlerContext) {
            isEnded = true
            check()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func check() {
            guard let waiting, isEnded || waiting.isEnough(bytes) else { return }
            self.waiting = nil
            waiting.promise.succeed(bytes)
        }
    }
}

extension Collection where Element: Equatable {
    /// The first place of a sequence of elements.
    fileprivate func firstRange(of wanted: [Element]) -> Index? {
        indices.first { self[$0...].starts(with: wanted) }
    }
}
