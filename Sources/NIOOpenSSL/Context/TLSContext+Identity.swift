import COpenSSL

extension TLSContext {
    /// Loads the chain and the key and checks that they belong together.
    static func installIdentity(
        _ configuration: TLSServerConfiguration, in pointer: OpaquePointer
    ) throws(TLSError) -> TLSCertificateSummary {
        let chainFile = configuration.certificateChainFile
        let keyFile = configuration.privateKeyFile
        var chain = try PEMFile(path: chainFile).readCertificates()[...]
        defer { for certificate in chain { X509_free(certificate) } }
        guard let leaf = chain.popFirst() else {
            throw TLSError(.certificateInvalid, "\(chainFile): holds no certificate in PEM form")
        }
        defer { X509_free(leaf) }
        guard SSL_CTX_use_certificate(pointer, leaf) == 1 else {
            throw TLSError(.certificateInvalid, "\(chainFile): \(OpenSSLErrorQueue.drainText())")
        }
        while let intermediate = chain.first {
            guard COpenSSL_SSL_CTX_add0_chain_cert(pointer, intermediate) == 1 else {
                throw TLSError(.certificateInvalid, "\(chainFile): \(OpenSSLErrorQueue.drainText())")
            }
            // The context owns it from here on.
            chain.removeFirst()
        }
        let key = try PEMFile(path: keyFile).readPrivateKey()
        defer { EVP_PKEY_free(key) }
        guard X509_check_private_key(leaf, key) == 1 else {
            ERR_clear_error()
            throw TLSError(.keyMismatch, "\(keyFile): the private key does not belong to the certificate \(chainFile)")
        }
        guard SSL_CTX_use_PrivateKey(pointer, key) == 1 else {
            throw TLSError(.privateKeyInvalid, "\(keyFile): \(OpenSSLErrorQueue.drainText())")
        }
        return TLSCertificateSummary(leaf)
    }

    /// Loads whom a client trusts.
    static func installTrust(_ configuration: TLSClientConfiguration, in pointer: OpaquePointer) throws(TLSError) {
        guard !configuration.insecurelyAcceptAnyCertificate else {
            SSL_CTX_set_verify(pointer, SSL_VERIFY_NONE, nil)
            return
        }
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        if configuration.trustsSystemAuthorities {
            guard SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw TLSError(
                    .configurationInvalid, "the system's authorities: \(OpenSSLErrorQueue.drainText())")
            }
        }
        guard let file = configuration.additionalAuthoritiesFile else { return }
        for certificate in try PEMFile(path: file).readCertificates() {
            // The store takes a reference of its own.
            defer { X509_free(certificate) }
            if X509_STORE_add_cert(SSL_CTX_get_cert_store(pointer), certificate) != 1 {
                throw TLSError(.certificateInvalid, "\(file): \(OpenSSLErrorQueue.drainText())")
            }
        }
    }
}
