import COpenSSL
import Glibc

/// What a certificate says of itself, for start-up messages and checks.
public struct TLSCertificateSummary: Sendable, Equatable {
    /// The subject's distinguished name in one line.
    public let subject: String
    /// The issuer's distinguished name in one line.
    public let issuer: String
    /// The first moment of validity, in seconds since 1970 UTC.
    public let notBefore: Int64
    /// The last moment of validity, in seconds since 1970 UTC.
    public let notAfter: Int64
    /// Whether subject and issuer are the same.
    public var isSelfIssued: Bool { subject == issuer }

    init(_ certificate: OpaquePointer) {
        subject = Self.text(X509_get_subject_name(certificate))
        issuer = Self.text(X509_get_issuer_name(certificate))
        notBefore = Self.seconds(X509_get0_notBefore(certificate))
        notAfter = Self.seconds(X509_get0_notAfter(certificate))
    }

    private static func text(_ name: OpaquePointer?) -> String {
        var bytes = [CChar](repeating: 0, count: 512)
        guard X509_NAME_oneline(name, &bytes, CInt(bytes.count)) != nil else { return "" }
        return bytes.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        var parts = tm()
        guard ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return Int64(timegm(&parts))
    }
}
