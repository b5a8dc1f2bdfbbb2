/// How a client decides that a server's certificate is genuine.
public enum TrustPolicy: Sendable, Equatable {
    /// The certificate authorities of the operating system; the host name is verified.
    case system
    /// The authorities of one PEM file, and no others; the host name is verified.
    case file(String)
    /// Anyone who answers is believed. For a server of one's own on the same machine, never across a network.
    case insecureWithoutVerification
}
