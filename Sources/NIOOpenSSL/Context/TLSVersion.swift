import COpenSSL

/// A version of the TLS protocol that this library speaks.
public struct TLSVersion: Hashable, Sendable, CustomStringConvertible {
    let number: CInt

    /// TLS 1.2 (RFC 5246), with AEAD suites and forward secrecy only.
    public static let tls12 = TLSVersion(number: TLS1_2_VERSION)
    /// TLS 1.3 (RFC 8446).
    public static let tls13 = TLSVersion(number: TLS1_3_VERSION)

    /// The version's usual name.
    public var description: String { self == .tls13 ? "TLS 1.3" : "TLS 1.2" }
}
