import COpenSSL

/// The SHA-256 digest of some bytes (FIPS 180-4).
package struct SHA256Digest: Hashable, Sendable {
    /// The digest's length in bytes.
    package static let byteCount = 32

    /// The 32 bytes of the digest.
    package let bytes: [UInt8]

    /// Takes the 32 bytes of a digest that was computed elsewhere.
    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Digests `message`.
    package init(of message: UnsafeRawBufferPointer) {
        bytes = [UInt8](unsafeUninitializedCapacity: Self.byteCount) { digest, count in
            guard EVP_Digest(message.baseAddress, message.count, digest.baseAddress, nil, EVP_sha256(), nil) == 1 else {
                preconditionFailure("EVP_Digest failed: libcrypto has no memory or no SHA-256")
            }
            count = Self.byteCount
        }
    }

    /// Digests an array of bytes.
    package init(of message: [UInt8]) {
        self = message.withUnsafeBytes { SHA256Digest(of: $0) }
    }

    /// Digests the UTF-8 of a text.
    package init(of text: String) {
        self.init(of: Array(text.utf8))
    }

    /// The digest in 64 lower-case hexadecimal digits.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
