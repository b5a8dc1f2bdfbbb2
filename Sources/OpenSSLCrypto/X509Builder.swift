import COpenSSL

/// Builds one X.509 version 3 certificate (RFC 5280) with libcrypto.
final class X509Builder {
    private let certificate: OpaquePointer

    /// Starts a certificate for `key` with a random serial number and itself as its issuer.
    init(commonName: String, key: OpaquePointer) throws {
        ERR_clear_error()
        guard let certificate = X509_new() else { throw CryptoError.libcrypto("X509_new") }
        self.certificate = certificate
        guard X509_set_version(certificate, 2) == 1, X509_set_pubkey(certificate, key) == 1 else {
            throw CryptoError.libcrypto("X509_set_pubkey")
        }
        try setSerialNumber()
        let name = X509_get_subject_name(certificate)
        let text = Array(commonName.utf8)
        guard X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, text, Int32(text.count), -1, 0) == 1,
            X509_set_issuer_name(certificate, name) == 1
        else { throw CryptoError.libcrypto("X509_NAME_add_entry_by_NID") }
    }

    deinit { X509_free(certificate) }

    /// Makes a P-256 key; the caller frees it.
    static func makeKey() throws -> OpaquePointer {
        ERR_clear_error()
        guard let key = COpenSSL_EVP_EC_gen("P-256") else { throw CryptoError.libcrypto("EVP_EC_gen") }
        return key
    }

    /// Positive and of 20 bytes at most, with 126 random bits (RFC 5280 section 4.1.2.2 asks for 64).
    private func setSerialNumber() throws {
        var bytes = try RandomBytes.make(count: 16)
        bytes[0] = bytes[0] & 0x3F | 0x40
        guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else { throw CryptoError.libcrypto("BN_bin2bn") }
        defer { BN_free(number) }
        guard BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil else {
            throw CryptoError.libcrypto("BN_to_ASN1_INTEGER")
        }
    }

    /// Sets both ends of the validity, in seconds from now.
    func setValidity(from start: Int, to end: Int) throws {
        guard X509_gmtime_adj(X509_getm_notBefore(certificate), start) != nil,
            X509_gmtime_adj(X509_getm_notAfter(certificate), end) != nil
        else { throw CryptoError.libcrypto("X509_gmtime_adj") }
    }

    /// Adds the extensions, in the notation of OpenSSL's x509v3_config, and signs with SHA-256.
    func sign(with key: OpaquePointer, issuedBy issuer: X509Builder, extensions: [(Int32, String)]) throws {
        guard X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate)) == 1 else {
            throw CryptoError.libcrypto("X509_set_issuer_name")
        }
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer.certificate, certificate, nil, nil, 0)
        for (identifier, value) in extensions {
            guard let made = X509V3_EXT_conf_nid(nil, &context, identifier, value) else {
                throw CryptoError.libcrypto("X509V3_EXT_conf_nid")
            }
            defer { X509_EXTENSION_free(made) }
            guard X509_add_ext(certificate, made, -1) == 1 else { throw CryptoError.libcrypto("X509_add_ext") }
        }
        guard X509_sign(certificate, key, EVP_sha256()) > 0 else { throw CryptoError.libcrypto("X509_sign") }
    }

    /// The certificate in PEM.
    func pem() throws -> SecretBytes {
        try Self.pem("PEM_write_bio_X509") { PEM_write_bio_X509($0, certificate) }
    }

    /// A private key in PEM, unencrypted PKCS #8.
    static func pem(privateKey: OpaquePointer) throws -> SecretBytes {
        try pem("PEM_write_bio_PrivateKey") { PEM_write_bio_PrivateKey($0, privateKey, nil, nil, 0, nil, nil) }
    }

    private static func pem(_ operation: StaticString, _ write: (OpaquePointer) -> Int32) throws -> SecretBytes {
        // BIO_s_secmem zeroes what it held.
        guard let bio = BIO_new(BIO_s_secmem()) else { throw CryptoError.libcrypto("BIO_new") }
        defer { BIO_free(bio) }
        guard write(bio) == 1 else { throw CryptoError.libcrypto(operation) }
        return try SecretBytes(count: BIO_ctrl_pending(bio)) { buffer in
            var count = 0
            guard BIO_read_ex(bio, buffer.baseAddress, buffer.count, &count) == 1, count == buffer.count else {
                throw CryptoError.libcrypto("BIO_read_ex")
            }
        }
    }
}
