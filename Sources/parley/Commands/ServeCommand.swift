import ArgumentParser
import Foundation
import Logging
import NIOCore
import NIOPosix
import ParleyServer
import UnixSignals

/// `parley serve`: the server.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server.",
        discussion: """
            Settings come from the file, from PARLEY_… variables (PARLEY_SERVER_LISTEN for server.listen) and from \
            these flags, the later ones winning. SIGTERM and SIGINT stop it, SIGHUP loads the \
            certificate and the key file again.
            Without a certificate one for development is made, which browsers trust only with its dev-ca.pem.
            """)

    @OptionGroup var settings: ConfigurationOptions
    @Option(help: ArgumentHelp("Where to listen (server.listen).", valueName: "host:port")) var listen: String?
    @Option(help: ArgumentHelp("PEM file of the certificate and its chain (tls.certificate).", valueName: "file"))
    var certificate: String?
    @Option(help: ArgumentHelp("PEM file of the private key (tls.private_key).", valueName: "file"))
    var privateKey: String?
    @Flag(help: "Make new keys where the key file is lost or cannot be used; every session ends.") var newKeys = false

    func run() async throws {
        let configuration = try settings.load(flags)
        Self.raiseOpenFileLimit()
        let format = configuration.log.format
        let level = configuration.log.level
        LoggingSystem.bootstrap { label in format.handler(label: label, level: level) }
        let logger = Logger(label: "parley")
        for setting in configuration.insecureSettings {
            logger.warning("insecure setting", metadata: ["key": "\(setting.key)", "means": "\(setting.consequence)"])
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.server.eventLoops)
        let node: ParleyNode
        let server: ParleyServer
        do {
            node = try ParleyNode(
                configuration: configuration, eventLoops: Array(group.makeIterator()), isServing: true,
                makesNewKeys: newKeys, logger: logger)
            server = try ParleyServer(node: node, group: group)
        } catch {
            throw CommandFailure("\(error)")
        }
        if let authority = server.developmentAuthority {
            logger.notice("using a development certificate", metadata: ["trust": "\(authority)"])
        }
        try await server.run(signals: [.sigterm, .sigint]) { port in
            let host = configuration.server.listen.host
            logger.notice("listening", metadata: ["url": "https://\(host):\(port)"])
            do {
                if let link = try await node.firstAccountLink() {
                    Console.result(
                        "No account exists yet. Create the first one, an administrator, here:\n\n  \(link)\n")
                }
            } catch {
                logger.error("the link for the first account could not be made", metadata: ["error": "\(error)"])
            }
        }
        try await group.shutdownGracefully()
    }

    private var flags: [String: String] {
        var flags: [String: String] = [:]
        flags["server.listen"] = listen
        flags["tls.certificate"] = certificate
        flags["tls.private_key"] = privateKey
        return flags
    }

    /// Each socket is an open file; the soft limit is often 1,024.
    private static func raiseOpenFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
