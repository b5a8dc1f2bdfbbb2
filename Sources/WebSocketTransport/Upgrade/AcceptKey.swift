import COpenSSL

/// `Sec-WebSocket-Accept` for a client's key (RFC 6455, section 4.2.2, item 5.4).
enum AcceptKey {
    private static let guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// - Returns: `nil` when the system's OpenSSL does not offer SHA-1.
    static func accept(forKey key: String) -> String? {
        let message = Array((key + guid).utf8)
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        ERR_clear_error()
        guard EVP_Digest(message, message.count, &digest, &count, EVP_sha1(), nil) == 1 else { return nil }
        // Four characters for every three bytes begun, and a zero.
        var encoded = [UInt8](repeating: 0, count: (Int(count) + 2) / 3 * 4 + 1)
        let length = EVP_EncodeBlock(&encoded, digest, CInt(count))
        guard length > 0 else { return nil }
        return String(decoding: encoded[..<Int(length)], as: UTF8.self)
    }
}
