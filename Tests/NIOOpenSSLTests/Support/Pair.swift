import NIOCore
import NIOEmbedded

@testable import NIOOpenSSL

/// A client and a server back to back on one embedded event loop.
final class Pair {
    let loop = EmbeddedEventLoop()
    let client: Side
    let server: Side
    /// The size of the pieces in which ciphertext arrives.
    var pieces = Int.max

    init(
        client: TLSContext? = nil, server: TLSContext? = nil, host: String? = "localhost",
        configuration: TLSHandlerConfiguration = .init(), halfClosure: Bool = true
    ) throws {
        self.client = Side(
            try client ?? Contexts.client(), host: host, configuration: configuration, loop: loop,
            halfClosure: halfClosure)
        self.server = Side(
            try server ?? Contexts.server(), configuration: configuration, loop: loop, halfClosure: halfClosure)
    }

    deinit {
        client.finish()
        server.finish()
    }

    /// Connects both and carries bytes until the handshake is over, one way or the other.
    @discardableResult
    func handshake() throws -> Pair {
        try server.connect()
        try client.connect()
        carry()
        return self
    }

    /// Carries bytes and ends of streams both ways until nothing moves.
    func carry() {
        while true {
            let moved = (carryOnce(client, server), carryOnce(server, client))
            loop.run()
            guard moved.0 || moved.1 || hasSent else { return }
        }
    }

    private var hasSent: Bool { client.wire.sent.readableBytes > 0 || server.wire.sent.readableBytes > 0 }

    func advance(by time: TimeAmount) { loop.advanceTime(by: time) }

    private func carryOnce(_ from: Side, _ to: Side) -> Bool {
        let bytes = from.takeSent()
        if bytes.readableBytes > 0 {
            to.deliver(bytes, pieces: pieces)
            return true
        }
        if from.wire.isFinSent || from.wire.isClosed { to.deliverFin() }
        return false
    }
}

/// Contexts with the test certificates.
enum Contexts {
    static func serverConfiguration(
        _ certificate: String = "server.pem", key: String = "server-key.pem"
    ) -> TLSServerConfiguration {
        let files = TestCertificates.shared
        return TLSServerConfiguration(
            certificateChainFile: files.path(certificate), privateKeyFile: files.path(key))
    }

    static func server(
        _ certificate: String = "server.pem", key: String = "server-key.pem", maximum: TLSVersion = .tls13,
        protocols: [String] = ["http/1.1"], tickets: TLSTicketKeys = TLSTicketKeys()
    ) throws -> TLSContext {
        var configuration = serverConfiguration(certificate, key: key)
        configuration.maximumVersion = maximum
        configuration.applicationProtocols = protocols
        return try TLSContext(server: configuration, ticketKeys: tickets)
    }

    static func client(
        authority: String? = "ca.pem", insecure: Bool = false, maximum: TLSVersion = .tls13,
        minimum: TLSVersion = .tls12, protocols: [String] = ["http/1.1"], sessionsPerHost: Int = 1
    ) throws -> TLSContext {
        var configuration = TLSClientConfiguration()
        configuration.sessionsPerHost = sessionsPerHost
        configuration.trustsSystemAuthorities = false
        configuration.additionalAuthoritiesFile = authority.map { TestCertificates.shared.path($0) }
        configuration.insecurelyAcceptAnyCertificate = insecure
        configuration.maximumVersion = maximum
        configuration.minimumVersion = minimum
        configuration.applicationProtocols = protocols
        return try TLSContext(client: configuration)
    }
}
