import COpenSSL

/// HMAC-SHA-256 (RFC 2104) under one key, for one event loop or thread.
///
/// The context is made once and started again for each message, so that a call allocates nothing of its own and
/// does not hash the key again (libcrypto 3.0 copies its two digest states by itself). Not `Sendable`: two threads
/// that share a key make an object each.
package final class HMACSHA256 {
    /// A tag's length in bytes.
    package static let tagByteCount = 32

    // Fetched once: a fetch takes libcrypto's locks.
    private nonisolated(unsafe) static let algorithm = EVP_MAC_fetch(nil, "HMAC", nil)

    private let context: OpaquePointer
    /// How many tags were computed.
    package private(set) var computedTags = 0

    /// Prepares the key; throws ``CryptoError`` when libcrypto has no HMAC or no memory.
    package init(key: SecretBytes) throws {
        ERR_clear_error()
        guard let algorithm = Self.algorithm, let context = EVP_MAC_CTX_new(algorithm) else {
            throw CryptoError.libcrypto("EVP_MAC_CTX_new")
        }
        let started = key.withUnsafeBytes { Self.start(context, key: $0) }
        guard started else {
            EVP_MAC_CTX_free(context)
            throw CryptoError.libcrypto("EVP_MAC_init")
        }
        self.context = context
    }

    deinit { EVP_MAC_CTX_free(context) }

    private static func start(_ context: OpaquePointer, key: UnsafeRawBufferPointer) -> Bool {
        // With an empty key libcrypto would take a NULL address for "keep the key".
        var none: UInt8 = 0
        return withUnsafeBytes(of: &none) { none in
            let address = (key.baseAddress ?? none.baseAddress)?.assumingMemoryBound(to: UInt8.self)
            return COpenSSL_EVP_MAC_init_hmac_sha256(context, address, key.count) == 1
        }
    }

    /// Writes the tag of `message` into the first 32 bytes of `tag`.
    package func authenticate(_ message: UnsafeRawBufferPointer, into tag: UnsafeMutableRawBufferPointer) {
        precondition(tag.count >= Self.tagByteCount, "room for a tag of 32 bytes is needed, not \(tag.count)")
        var written = 0
        computedTags &+= 1
        // A tag that was not computed must never be compared or sent: no memory is the only way to get here.
        guard EVP_MAC_init(context, nil, 0, nil) == 1,
            EVP_MAC_update(context, message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count) == 1,
            EVP_MAC_final(context, tag.baseAddress?.assumingMemoryBound(to: UInt8.self), &written, tag.count) == 1,
            written == Self.tagByteCount
        else { preconditionFailure("libcrypto could not compute an HMAC") }
    }

    /// Says, in constant time, whether `tag` is the tag of `message`; any other length than 32 is not.
    package func isValid(_ tag: UnsafeRawBufferPointer, for message: UnsafeRawBufferPointer) -> Bool {
        guard tag.count == Self.tagByteCount else { return false }
        var expected: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        return withUnsafeMutableBytes(of: &expected) { expected in
            authenticate(message, into: expected)
            return constantTimeEquals(tag, UnsafeRawBufferPointer(expected))
        }
    }
}
