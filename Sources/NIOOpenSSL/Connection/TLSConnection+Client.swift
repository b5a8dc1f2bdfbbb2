import COpenSSL

extension TLSConnection {
    /// Name to verify, SNI, and the session to resume.
    func prepareClient() throws(TLSError) {
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
        guard let name = serverHostname else {
            guard !context.verifiesPeer else {
                throw TLSError(.configurationInvalid, "a client that verifies certificates needs the server's name")
            }
            return
        }
        guard !name.isEmpty, !name.utf8.contains(0) else {
            throw TLSError(.configurationInvalid, "\"\(name)\" is no host name")
        }
        // The parser of addresses decides what is one; SNI carries names only (RFC 6066 section 3).
        let address = a2i_IPADDRESS(name)
        let isAddress = address != nil
        ASN1_OCTET_STRING_free(address)
        ERR_clear_error()
        if !isAddress {
            guard COpenSSL_SSL_set_tlsext_host_name(ssl, name) == 1 else {
                throw TLSError(
                    .configurationInvalid, "\"\(name)\" is no host name: \(OpenSSLErrorQueue.drainText())")
            }
        }
        if context.verifiesPeer {
            SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            let isSet =
                isAddress
                ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1 : SSL_set1_host(ssl, name) == 1
            guard isSet else {
                throw TLSError(
                    .configurationInvalid, "\"\(name)\" cannot be verified: \(OpenSSLErrorQueue.drainText())")
            }
        }
        if let session = context.sessions?.take(for: name) {
            // A refused session only means a full handshake.
            SSL_set_session(ssl, session)
            SSL_SESSION_free(session)
        }
    }
}
