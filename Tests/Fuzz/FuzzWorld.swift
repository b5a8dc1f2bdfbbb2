import Foundation
import Identity
import Logging
import NIOCore
import NIOOpenSSL
import NIOPosix
import OpenSSLCrypto
import ParleyServer
import WebSocketTransport

/// A server's parts without its listener, for the parsers to be called as the server calls them.
final class FuzzWorld {
    let node: ParleyNode
    let decider: UpgradeDecider
    let loop: any EventLoop
    let tls: TLSContext
    /// A login whose tokens are good.
    let login: Login
    private let directory: String

    init() throws {
        directory = FileManager.default.temporaryDirectory.path + "/parley-fuzz-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var logger = Logger(label: "fuzz")
        logger.logLevel = .critical
        let configuration = try ParleyConfiguration.load(
            file: nil, environment: [:],
            overrides: [
                "data.directory": directory + "/data", "limits.requests_per_second": "1000000",
                "limits.connections_per_user": "1000000",
            ])
        let node = try ParleyNode(
            configuration: configuration, eventLoops: Array(group.makeIterator()), isServing: true, logger: logger)
        self.node = node
        decider = UpgradeDecider(node: node)
        loop = group.next()
        login = try group.next().makeFutureWithTask {
            _ = try await node.authority.accounts.create("alice", password: "correct horse battery")
            return try await node.authority.sessions.login(
                "alice", password: "correct horse battery", address: "127.0.0.1")
        }.wait()
        _ = try DevelopmentCertificates.make(in: directory)
        tls = try TLSContext(
            server: TLSServerConfiguration(
                certificateChainFile: directory + "/dev-cert.pem", privateKeyFile: directory + "/dev-key.pem"))
    }

    /// Removes what was put on the disk.
    func remove() { try? FileManager.default.removeItem(atPath: directory) }
}
