/// Fired down the pipeline as a user inbound event when the handshake is done.
public struct TLSHandshakeCompleted: Sendable, Equatable {
    /// The protocol agreed on by ALPN, `nil` when the peer offered none.
    public let applicationProtocol: String?
    /// The protocol's version.
    public let version: TLSVersion
    /// OpenSSL's name of the cipher suite.
    public let cipherSuite: String
    /// Whether an earlier session was resumed.
    public let isResumed: Bool
    /// The peer's own certificate, `nil` when it showed none, as clients of a server usually do.
    public let peerCertificate: TLSCertificateSummary?
}
