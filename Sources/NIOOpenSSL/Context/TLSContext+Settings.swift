import COpenSSL

extension TLSContext {
    /// AEAD with ephemeral elliptic curves only. AES-128 first: its strength suffices and it costs less per byte.
    private static let suites12 =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
        + "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
    private static let suites13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    private static let groups = "X25519:P-256:P-384"
    /// How long a session may be resumed.
    private static let sessionSeconds = 12 * 3600
    /// The bytes a peer's certificate chain may have.
    private static let maximumChainBytes = 64 * 1024

    /// Settings common to both roles.
    static func makePointer(
        _ method: OpaquePointer?, _ minimum: TLSVersion, _ maximum: TLSVersion
    ) throws(TLSError) -> OpaquePointer {
        ERR_clear_error()
        guard let pointer = SSL_CTX_new(method) else {
            throw TLSError(.configurationInvalid, "no TLS context: \(OpenSSLErrorQueue.drainText())")
        }
        let isSet =
            COpenSSL_SSL_CTX_set_min_proto_version(pointer, minimum.number) == 1
            && COpenSSL_SSL_CTX_set_max_proto_version(pointer, maximum.number) == 1
            && SSL_CTX_set_cipher_list(pointer, suites12) == 1
            && SSL_CTX_set_ciphersuites(pointer, suites13) == 1
            && COpenSSL_SSL_CTX_set1_groups_list(pointer, groups) == 1
        guard isSet else {
            let reason = OpenSSLErrorQueue.drainText()
            SSL_CTX_free(pointer)
            throw TLSError(.configurationInvalid, "versions, suites or groups refused: \(reason)")
        }
        _ = SSL_CTX_set_options(pointer, COpenSSL_SSL_OP_NO_RENEGOTIATION | COpenSSL_SSL_OP_NO_COMPRESSION)
        // Without RELEASE_BUFFERS an idle connection holds 34 kB instead of 18.
        let mode = SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
        _ = COpenSSL_SSL_CTX_set_mode(pointer, Int(mode))
        _ = COpenSSL_SSL_CTX_set_max_cert_list(pointer, maximumChainBytes)
        return pointer
    }

    /// ALPN and tickets of a server.
    func installServerSettings() throws(TLSError) {
        _ = SSL_CTX_set_options(
            pointer, COpenSSL_SSL_OP_CIPHER_SERVER_PREFERENCE | COpenSSL_SSL_OP_PRIORITIZE_CHACHA)
        _ = COpenSSL_SSL_CTX_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
        _ = SSL_CTX_set_timeout(pointer, Self.sessionSeconds)
        let name: [UInt8] = Array("NIOOpenSSL".utf8)
        // One ticket serves the next connection; a second costs about 30 µs a handshake.
        let isSet =
            SSL_CTX_set_session_id_context(pointer, name, UInt32(name.count)) == 1
            && SSL_CTX_set_num_tickets(pointer, 1) == 1
            && SSL_CTX_set_tlsext_ticket_key_evp_cb(
                pointer,
                { connection, name, iv, cipher, mac, sealing in
                    guard let keys = TLSContext.of(connection)?.ticketKeys, let name, let iv, let cipher, let mac
                    else { return -1 }
                    // A TLS 1.3 client uses a ticket once and comes with nothing the next time, if it gets no other.
                    return keys.prepare(
                        name: name, iv: iv, cipher: cipher, mac: mac, sealing: sealing == 1,
                        alwaysRenewing: SSL_version(connection) == TLS1_3_VERSION)
                }) == 1
        guard isSet else { throw TLSError(.configurationInvalid, OpenSSLErrorQueue.drainText()) }
        guard !applicationProtocols.names.isEmpty else { return }
        SSL_CTX_set_alpn_select_cb(
            pointer,
            { connection, chosen, chosenLength, offered, offeredLength, _ in
                let offer = UnsafeBufferPointer(start: offered, count: Int(offeredLength))
                guard let range = TLSContext.of(connection)?.applicationProtocols.choose(from: offer), let offered,
                    let length = UInt8(exactly: range.count)
                else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                chosen?.pointee = offered + range.lowerBound
                chosenLength?.pointee = length
                return SSL_TLSEXT_ERR_OK
            }, nil)
    }

    /// ALPN and session resumption of a client.
    func installClientSettings() throws(TLSError) {
        let wire = applicationProtocols.wire
        // The only function here that answers 0 for success.
        if !wire.isEmpty && SSL_CTX_set_alpn_protos(pointer, wire, UInt32(wire.count)) != 0 {
            throw TLSError(.configurationInvalid, "ALPN names refused: \(OpenSSLErrorQueue.drainText())")
        }
        guard sessions != nil else {
            _ = COpenSSL_SSL_CTX_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
            return
        }
        _ = COpenSSL_SSL_CTX_set_session_cache_mode(
            pointer, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL))
        SSL_CTX_sess_set_new_cb(pointer) { connection, session in
            guard let session, let sessions = TLSContext.of(connection)?.sessions,
                let host = TLSConnection.of(connection)?.serverHostname
            else { return 0 }
            sessions.keep(session, for: host)
            return 1
        }
    }
}
