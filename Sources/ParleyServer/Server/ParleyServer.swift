import Chat
import Foundation
import Hummingbird
import HummingbirdCore
import Identity
import Logging
package import NIOCore
import NIOOpenSSL
import ServiceLifecycle
package import UnixSignals
import WebSocketTransport

/// The server: a node behind one listener for HTTPS and wss, and the admin socket.
package struct ParleyServer: Sendable {
    private let node: ParleyNode
    private let group: any EventLoopGroup
    private let certificates: Certificates
    private let tls: TLSContextSource

    /// Loads the certificate. Throws ``NodeError`` and `TLSError`, which name the file and what is wrong with it.
    package init(node: ParleyNode, group: any EventLoopGroup) throws {
        self.node = node
        self.group = group
        certificates = try Certificates(node.configuration.tls)
        tls = try TLSContextSource(
            configuration: TLSServerConfiguration(
                certificateChainFile: certificates.certificate, privateKeyFile: certificates.privateKey)
        ) { [node] result in
            switch result {
            case .success:
                node.status.certificateReloaded(true)
                node.logger.info("certificate loaded again")
            case .failure(let error):
                node.status.certificateReloaded(false)
                node.logger.error("certificate not loaded again, the old one stays", metadata: ["error": "\(error)"])
            }
        }
    }

    /// The CA file that a client must trust to reach a development certificate, nil for a configured certificate.
    package var developmentAuthority: String? { certificates.developmentAuthority }

    /// Serves until a graceful shutdown: stops accepting, closes sockets with 1012, commits, and closes the node.
    ///
    /// - Parameters:
    ///   - signals: Signals that begin the shutdown; a second one cuts it short.
    ///   - onListening: Called with the listener's port once it is open.
    /// - Throws: ``NodeError`` where it cannot listen, and what a part of the server fails with.
    package func run(
        signals: [UnixSignal] = [], onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) async throws {
        node.audit.record(.serverStarted, actor: "server", details: node.configuration.details)
        try await KeyAdministration(node: node).endSessionsOfLostKeys()
        // Before the default room is asked for: an import of just that room may have been cut off.
        await node.undoImports()
        try await node.welcomeEveryone()
        node.chat.hub.start()
        node.chat.indexer.start()
        let services: [any Service] = [
            MaintenanceService(node: node, tls: tls),
            operatorApplication(),
            publicApplication(onListening: onListening),
            DrainService(node: node),
        ]
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: signals, logger: quietLogger)
        configuration.maximumGracefulShutdownDuration = node.configuration.server.shutdownTimeout
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            try await node.close()
            throw listenerFailure(error) ?? error
        }
        try await node.close()
        node.logger.info("stopped")
    }

    private func listenerFailure(_ error: any Error) -> NodeError? {
        guard let error = error as? IOError else { return nil }
        return NodeError(
            .listener,
            "cannot listen on \(node.configuration.server.listen) or \(node.configuration.data.adminSocket): "
                + "\(String(cString: strerror(error.errnoCode))); is another program there? See server.listen")
    }

    private func publicApplication(onListening: @escaping @Sendable (Int) async -> Void) -> some Service {
        let limits = node.configuration.limits
        let decider = UpgradeDecider(node: node)
        var gate = WebSocketUpgradeConfiguration { decider.decide($0, on: $1) }
        gate.headBytes = limits.headBytes
        gate.headerTimeout = .milliseconds(limits.headerTimeout.milliseconds)
        gate.idleTimeout = .milliseconds(limits.idleTimeout.milliseconds)
        gate.connection = node.configuration.socket
        gate.problemHeaders = UpgradeDecider.securityHeaders
        gate.problemBody = { Problem($0).encoded(requestID: RequestID.next()) }
        gate.limiter = decider.connections
        let address = node.configuration.server.listen
        return Application(
            router: ParleyRouter.publicRouter(node: node),
            server: HTTPServerBuilder { [tls, gate] responder in
                ChatUpgradeChannel(responder: responder, tls: tls, configuration: gate)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: "parley", backlog: 4096),
            onServerRunning: { [node] channel in
                let port = channel.localAddress?.port ?? address.port
                node.listening(port: port)
                await onListening(port)
            },
            eventLoopGroupProvider: .shared(group), logger: quietLogger)
    }

    private func operatorApplication() -> some Service {
        let path = node.configuration.data.adminSocket
        return Application(
            router: ParleyRouter.operatorRouter(node: node),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: path), serverName: "parley"),
            onServerRunning: { [node] _ in
                do {
                    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
                } catch {
                    node.logger.error("cannot protect the admin socket", metadata: ["error": "\(error)"])
                }
            },
            eventLoopGroupProvider: .shared(group), logger: quietLogger)
    }

    /// What the libraries below say at `info` of their own start and stop is of no use to an operator.
    private var quietLogger: Logger {
        var logger = node.logger
        if logger.logLevel == .info { logger.logLevel = .notice }
        return logger
    }
}
