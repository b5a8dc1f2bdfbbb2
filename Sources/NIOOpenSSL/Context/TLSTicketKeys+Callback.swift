import COpenSSL

extension TLSTicketKeys {
    /// OpenSSL's contract of `SSL_CTX_set_tlsext_ticket_key_evp_cb`: negative is an error, 0 no ticket, 1 done,
    /// 2 opened but to be renewed.
    func prepare(
        name: UnsafeMutablePointer<UInt8>, iv: UnsafeMutablePointer<UInt8>, cipher: OpaquePointer, mac: OpaquePointer,
        sealing: Bool, alwaysRenewing: Bool
    ) -> CInt {
        if sealing {
            return withSealingKey { key in
                guard RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) == 1 else { return -1 }
                UnsafeMutableRawPointer(name).copyMemory(
                    from: key.name.baseAddress ?? UnsafeRawPointer(name), byteCount: Generation.nameBytes)
                return Self.start(cipher, mac, key, iv, sealing: true) ? 1 : -1
            } ?? -1
        }
        return withOpeningKey(named: UnsafeRawBufferPointer(start: name, count: Generation.nameBytes)) { key, choice in
            guard Self.start(cipher, mac, key, iv, sealing: false) else { return -1 }
            return choice == .current && !alwaysRenewing ? 1 : 2
        } ?? 0
    }

    private static func start(
        _ cipher: OpaquePointer, _ mac: OpaquePointer, _ key: Generation, _ iv: UnsafePointer<UInt8>, sealing: Bool
    ) -> Bool {
        guard let cipherKey = key.cipherKey.baseAddress, let macKey = key.macKey.baseAddress,
            EVP_CipherInit_ex(
                cipher, EVP_aes_256_cbc(), nil, cipherKey.assumingMemoryBound(to: UInt8.self), iv, sealing ? 1 : 0) == 1
        else { return false }
        return COpenSSL_EVP_MAC_set_hmac_sha256_key(mac, macKey, key.macKey.count) == 1
    }
}
