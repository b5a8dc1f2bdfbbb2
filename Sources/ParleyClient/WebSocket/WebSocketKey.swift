import COpenSSL

/// The key of an opening handshake and the answer that proves the server understood it (RFC 6455 §4.1).
package struct WebSocketKey: Sendable {
    /// The value of `Sec-WebSocket-Key`: 16 random bytes in base64.
    package let value: String

    /// A fresh key.
    package init() { value = Self.base64(SystemRandom.bytes(count: 16)) }

    /// A key with a known value, for published examples.
    package init(value: String) { self.value = value }

    /// What `Sec-WebSocket-Accept` has to be.
    package var expectedAccept: String {
        let input = Array("\(value)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        var length: UInt32 = 0
        let done = EVP_Digest(input, input.count, &digest, &length, EVP_sha1(), nil)
        precondition(done == 1 && length == 20, "libcrypto has no SHA-1")
        return Self.base64(digest)
    }

    /// Base64 with padding (RFC 4648 §4).
    private static func base64(_ bytes: [UInt8]) -> String {
        // EVP_EncodeBlock ends its output with a NUL, which is not counted.
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let count = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text.prefix(Int(count)), as: UTF8.self)
    }
}
