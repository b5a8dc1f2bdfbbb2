/// What a server presents and offers.
public struct TLSServerConfiguration: Sendable {
    /// Path of the PEM file with the server's certificate first, then its intermediates.
    public var certificateChainFile: String
    /// Path of the PEM file with the unencrypted RSA or ECDSA private key.
    public var privateKeyFile: String
    /// The ALPN protocols in order of preference. A client that offers only others is refused with the alert
    /// no_application_protocol; one that offers none is served (RFC 7301). Empty turns ALPN off.
    public var applicationProtocols: [String] = ["http/1.1"]
    /// The oldest version accepted.
    public var minimumVersion: TLSVersion = .tls12
    /// The newest version offered.
    public var maximumVersion: TLSVersion = .tls13

    /// A server with the given chain and key, everything else at its default.
    public init(certificateChainFile: String, privateKeyFile: String) {
        self.certificateChainFile = certificateChainFile
        self.privateKeyFile = privateKeyFile
    }
}
