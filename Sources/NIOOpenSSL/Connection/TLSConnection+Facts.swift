import COpenSSL

extension TLSConnection {
    /// What the finished handshake agreed on.
    var handshakeFacts: TLSHandshakeCompleted {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &name, &length)
        let protocolName = name.map {
            String(decoding: UnsafeBufferPointer(start: $0, count: Int(length)), as: UTF8.self)
        }
        let suite = SSL_get_current_cipher(ssl).flatMap { SSL_CIPHER_get_name($0) }.map { String(cString: $0) }
        return TLSHandshakeCompleted(
            applicationProtocol: length == 0 ? nil : protocolName, version: TLSVersion(number: SSL_version(ssl)),
            cipherSuite: suite ?? "", isResumed: isResumed, peerCertificate: peerCertificate)
    }

    /// Whether the finished handshake took up an earlier session.
    var isResumed: Bool { SSL_session_reused(ssl) == 1 }

    private var peerCertificate: TLSCertificateSummary? {
        guard let certificate = SSL_get1_peer_certificate(ssl) else { return nil }
        defer { X509_free(certificate) }
        return TLSCertificateSummary(certificate)
    }

    /// Starts a key update (RFC 8446 section 4.6.3); the message travels with the next write.
    ///
    /// - Returns: `false` when the connection cannot, as in TLS 1.2.
    func updateKeys(askingPeer: Bool) -> Bool {
        ERR_clear_error()
        let kind = askingPeer ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED
        let isStarted = SSL_key_update(ssl, kind) == 1
        ERR_clear_error()
        return isStarted
    }
}
