/// Whom a client trusts and what it offers.
public struct TLSClientConfiguration: Sendable {
    /// Whether the system's certificate authorities are trusted.
    public var trustsSystemAuthorities = true
    /// Path of a PEM file with further trusted authorities.
    public var additionalAuthoritiesFile: String?
    /// Accept any certificate for any name. An attacker in the path can then read and change everything.
    public var insecurelyAcceptAnyCertificate = false
    /// The ALPN protocols to offer, in order of preference. Empty offers none.
    public var applicationProtocols: [String] = ["http/1.1"]
    /// Whether a session ticket of an earlier connection to the same host is used.
    public var resumesSessions = true
    /// How many unused sessions of each host are kept, at least one: as many connections can begin at the same time and
    /// each still resume, since a TLS 1.3 session serves once.
    public var sessionsPerHost = 1
    /// The oldest version accepted.
    public var minimumVersion: TLSVersion = .tls12
    /// The newest version offered.
    public var maximumVersion: TLSVersion = .tls13

    /// A client that verifies chain and host name against the system's authorities.
    public init() {}
}
