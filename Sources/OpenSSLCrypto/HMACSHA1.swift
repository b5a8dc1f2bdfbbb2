import COpenSSL

/// HMAC-SHA-1 (RFC 2104), for the one-time codes of RFC 6238, whose apps know nothing else.
package enum HMACSHA1 {
    /// A tag's length in bytes.
    package static let tagByteCount = 20

    /// The tag of `message` under a key.
    package static func tag(of message: UnsafeRawBufferPointer, key: SecretBytes) -> [UInt8] {
        key.withUnsafeBytes { key in
            [UInt8](unsafeUninitializedCapacity: tagByteCount) { tag, count in
                var written: UInt32 = 0
                let made = HMAC(
                    EVP_sha1(), key.baseAddress, Int32(key.count),
                    message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count, tag.baseAddress, &written)
                // A code that was not computed must never be compared.
                guard made != nil, written == UInt32(tagByteCount) else {
                    preconditionFailure("libcrypto could not compute an HMAC-SHA-1")
                }
                count = tagByteCount
            }
        }
    }
}
