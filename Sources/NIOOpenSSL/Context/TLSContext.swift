import COpenSSL

/// The settings that many connections share: certificate and key or trust, versions, ALPN, tickets.
///
/// Immutable once made, so it may be used from any thread. To change a certificate make a new context, see
/// ``TLSContextSource``; connections keep the context they started with.
public final class TLSContext: @unchecked Sendable {
    /// The side of the handshake a context is for.
    enum Role: Equatable { case server, client }

    let pointer: OpaquePointer
    let role: Role
    let verifiesPeer: Bool
    let applicationProtocols: ApplicationProtocols
    let ticketKeys: TLSTicketKeys?
    let sessions: ClientSessions?
    /// What the server's certificate says of itself; `nil` for a client.
    public let certificate: TLSCertificateSummary?

    /// A server's context with the certificate and key of the configuration's files.
    ///
    /// Reads files, so it blocks. Throws an error that names the file and the reason. An expired certificate is
    /// accepted, see ``certificate``.
    public convenience init(
        server configuration: TLSServerConfiguration, ticketKeys: TLSTicketKeys = TLSTicketKeys()
    ) throws(TLSError) {
        let pointer = try Self.makePointer(
            TLS_server_method(), configuration.minimumVersion, configuration.maximumVersion)
        do {
            let summary = try Self.installIdentity(configuration, in: pointer)
            self.init(
                pointer, .server, verifiesPeer: false, try ApplicationProtocols(configuration.applicationProtocols),
                ticketKeys: ticketKeys, sessions: nil, certificate: summary)
        } catch {
            SSL_CTX_free(pointer)
            throw error
        }
        try installServerSettings()
    }

    /// A client's context with the configuration's trust. Reads files, so it blocks.
    public convenience init(
        client configuration: TLSClientConfiguration = TLSClientConfiguration()
    ) throws(TLSError) {
        let pointer = try Self.makePointer(
            TLS_client_method(), configuration.minimumVersion, configuration.maximumVersion)
        do {
            try Self.installTrust(configuration, in: pointer)
            self.init(
                pointer, .client, verifiesPeer: !configuration.insecurelyAcceptAnyCertificate,
                try ApplicationProtocols(configuration.applicationProtocols), ticketKeys: nil,
                sessions: configuration.resumesSessions ? ClientSessions(perHost: configuration.sessionsPerHost) : nil,
                certificate: nil)
        } catch {
            SSL_CTX_free(pointer)
            throw error
        }
        try installClientSettings()
    }

    private init(
        _ pointer: OpaquePointer, _ role: Role, verifiesPeer: Bool, _ applicationProtocols: ApplicationProtocols,
        ticketKeys: TLSTicketKeys?, sessions: ClientSessions?, certificate: TLSCertificateSummary?
    ) {
        self.pointer = pointer
        self.role = role
        self.verifiesPeer = verifiesPeer
        self.applicationProtocols = applicationProtocols
        self.ticketKeys = ticketKeys
        self.sessions = sessions
        self.certificate = certificate
        // Callbacks find their context here. A connection keeps its context alive, so the pointer outlives its use.
        SSL_CTX_set_ex_data(pointer, 0, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { SSL_CTX_free(pointer) }

    /// The context a connection was made from, inside a callback of libssl.
    static func of(_ connection: OpaquePointer?) -> TLSContext? {
        guard let connection, let context = SSL_get_SSL_CTX(connection), let data = SSL_CTX_get_ex_data(context, 0)
        else { return nil }
        return Unmanaged<TLSContext>.fromOpaque(data).takeUnretainedValue()
    }
}
