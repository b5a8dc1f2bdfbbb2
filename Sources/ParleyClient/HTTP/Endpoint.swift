import NIOConcurrencyHelpers
import NIOCore
import NIOOpenSSL
import NIOPosix

/// What a client connects to: a TLS listener, or the administrator's Unix socket.
struct Endpoint: Sendable {
    private enum Medium: Sendable {
        case tls(ServerAddress, TLSContext)
        case unixSocket(path: String)
    }

    private let medium: Medium
    let group: any EventLoopGroup
    private let connectTimeout: TimeAmount

    /// A server over TLS.
    ///
    /// - Throws: ``ClientError`` where the file of the trust policy cannot be used.
    init(address: ServerAddress, trust: TrustPolicy, group: any EventLoopGroup, connectTimeout: Duration) throws {
        medium = .tls(address, try TLSContext.client(trusting: trust))
        self.group = group
        self.connectTimeout = TimeAmount(connectTimeout)
    }

    /// Plain HTTP over a Unix socket, guarded by the permission of its file.
    init(socketPath: String, group: any EventLoopGroup, connectTimeout: Duration) {
        medium = .unixSocket(path: socketPath)
        self.group = group
        self.connectTimeout = TimeAmount(connectTimeout)
    }

    /// The value of the `Host` header.
    var authority: String {
        switch medium {
        case .tls(let address, _): address.authority
        case .unixSocket: "localhost"
        }
    }

    /// Opens a channel, with TLS in front where there is any, then whatever `configure` adds on the event loop.
    ///
    /// With TLS it is ready to use: the handshake is done.
    ///
    /// - Throws: ``ClientError`` with the code `connectFailed` or `untrustedServer`.
    func connect(_ configure: @escaping @Sendable (any Channel) throws -> Void) async throws -> any Channel {
        let bootstrap = ClientBootstrap(group: group).connectTimeout(connectTimeout)
        do {
            switch medium {
            case .tls(let address, let context):
                return try await connect(bootstrap, address, context, configure)
            case .unixSocket(let path):
                return
                    try await bootstrap
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture { try configure(channel) }
                    }
                    .connect(unixDomainSocketPath: path).get()
            }
        } catch let error as ClientError {
            throw error
        } catch {
            throw ClientError(.connectFailed, "\(description): \(error)")
        }
    }

    private func connect(
        _ bootstrap: ClientBootstrap, _ address: ServerAddress, _ context: TLSContext,
        _ configure: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> any Channel {
        // Several addresses of one name may be tried, each with a channel of its own: the handshake is found by channel.
        let handshakes = NIOLockedValueBox<[ObjectIdentifier: EventLoopFuture<Void>]>([:])
        let channel =
            try await bootstrap
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let promise = channel.eventLoop.makePromise(of: Void.self)
                    handshakes.withLockedValue { $0[ObjectIdentifier(channel)] = promise.futureResult }
                    let observer = HandshakeObserver(promise: promise)
                    let tls = TLSHandler(context: context, serverHostname: address.host)
                    do {
                        try channel.pipeline.syncOperations.addHandlers(tls, observer)
                    } catch {
                        promise.fail(error)
                        throw error
                    }
                    try configure(channel)
                }
            }
            .connect(host: address.host, port: address.port).get()
        try await handshakes.withLockedValue { $0[ObjectIdentifier(channel)] }?.get()
        return channel
    }

    private var description: String {
        switch medium {
        case .tls(let address, _): address.description
        case .unixSocket(let path): path
        }
    }
}
