import COpenSSL

/// SHA-256 (FIPS 180-4) of a message that comes in pieces.
///
/// Not `Sendable`: one owner at a time.
package final class SHA256Hasher {
    private let context: OpaquePointer

    /// Begins a message; throws ``CryptoError`` when libcrypto has no memory.
    package init() throws(CryptoError) {
        ERR_clear_error()
        guard let context = EVP_MD_CTX_new() else { throw .libcrypto("EVP_MD_CTX_new") }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            EVP_MD_CTX_free(context)
            throw .libcrypto("EVP_DigestInit_ex")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds the next piece of the message.
    package func update(_ piece: UnsafeRawBufferPointer) throws(CryptoError) {
        guard let address = piece.baseAddress, !piece.isEmpty else { return }
        ERR_clear_error()
        guard EVP_DigestUpdate(context, address, piece.count) == 1 else { throw .libcrypto("EVP_DigestUpdate") }
    }

    /// The digest of the whole message, and begins another one.
    package func finish() throws(CryptoError) -> SHA256Digest {
        ERR_clear_error()
        var bytes = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
        let finished = bytes.withUnsafeMutableBufferPointer {
            EVP_DigestFinal_ex(context, $0.baseAddress, nil) == 1
        }
        guard finished, EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            throw .libcrypto("EVP_DigestFinal_ex")
        }
        return SHA256Digest(bytes: bytes)
    }
}
