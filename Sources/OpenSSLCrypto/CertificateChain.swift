import COpenSSL
import Glibc

/// A certificate chain in a PEM file, to be examined before a server uses it.
package final class CertificateChain {
    private var certificates: [OpaquePointer] = []

    /// Reads the file, the server's own certificate first; throws ``CryptoError`` when it holds none.
    package init(path: String) throws {
        ERR_clear_error()
        guard let file = BIO_new_file(path, "r") else { throw CryptoError(.file, "\(path) cannot be read") }
        defer { BIO_free(file) }
        while let certificate = PEM_read_bio_X509(file, nil, nil, nil) { certificates.append(certificate) }
        // The end of the file is an error to the reader.
        ERR_clear_error()
        guard !certificates.isEmpty else { throw CryptoError(.file, "\(path) holds no certificate in PEM") }
    }

    deinit { for certificate in certificates { X509_free(certificate) } }

    /// The last moment of validity of the certificate that ends first, in seconds since 1970.
    package var notAfter: Int64 { certificates.map { Self.seconds(X509_get0_notAfter($0)) }.min() ?? 0 }

    /// The first moment at which all are valid, in seconds since 1970.
    package var notBefore: Int64 { certificates.map { Self.seconds(X509_get0_notBefore($0)) }.max() ?? 0 }

    /// Says whether the server's certificate is for a host: a name, or an IP address, of IPv6 also in brackets.
    package func covers(_ written: String) -> Bool {
        guard let own = certificates.first else { return false }
        let host = written.hasPrefix("[") ? String(written.dropFirst().dropLast()) : written
        return X509_check_host(own, host, 0, 0, nil) == 1 || X509_check_ip_asc(own, host, 0) == 1
    }

    /// What is wrong with the chain for who trusts the system's authorities; nil when nothing is. Time is not asked.
    package func fault() throws -> String? {
        guard let store = X509_STORE_new(), let context = X509_STORE_CTX_new(), let others = OPENSSL_sk_new_null()
        else { throw CryptoError.libcrypto("X509_STORE_CTX_new") }
        defer {
            X509_STORE_CTX_free(context)
            X509_STORE_free(store)
            OPENSSL_sk_free(others)
            ERR_clear_error()
        }
        for certificate in certificates.dropFirst() { OPENSSL_sk_push(others, UnsafeRawPointer(certificate)) }
        guard X509_STORE_set_default_paths(store) == 1,
            X509_STORE_CTX_init(context, store, certificates.first, others) == 1
        else { throw CryptoError.libcrypto("X509_STORE_CTX_init") }
        X509_STORE_CTX_set_flags(context, UInt(X509_V_FLAG_NO_CHECK_TIME))
        guard X509_verify_cert(context) != 1 else { return nil }
        return String(cString: X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(context))))
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        var parts = tm()
        guard ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return Int64(timegm(&parts))
    }
}
