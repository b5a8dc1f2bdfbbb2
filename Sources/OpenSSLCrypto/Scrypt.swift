import COpenSSL

/// The password-based key derivation function scrypt (RFC 7914) with its costs.
///
/// Takes `128 * r * 2^ln` bytes of memory and, at the default, about 0.1 s of a core: never call it on an event loop.
package struct Scrypt: Hashable, Sendable {
    /// The binary logarithm of N, the cost in memory and time.
    package let logarithmicCost: Int
    /// r, the block size.
    package let blockSize: Int
    /// p, the parallelisation.
    package let parallelism: Int

    /// N = 2^15, r = 8, p = 1: 32 MiB.
    package static let standard = Scrypt(validLogarithmicCost: 15, blockSize: 8, parallelism: 1)

    /// More memory than this for one derivation is refused: a stored hash must not be able to take down the server.
    package static let maximumMemoryBytes = 1 << 28

    private init(validLogarithmicCost: Int, blockSize: Int, parallelism: Int) {
        self.logarithmicCost = validLogarithmicCost
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// Nil when the costs are outside what one login may spend (ln 1–20, r 1–32, p 1–16, at most 256 MiB).
    package init?(logarithmicCost: Int, blockSize: Int, parallelism: Int) {
        guard (1...20).contains(logarithmicCost), (1...32).contains(blockSize), (1...16).contains(parallelism),
            128 * blockSize << logarithmicCost <= Self.maximumMemoryBytes
        else { return nil }
        self.init(validLogarithmicCost: logarithmicCost, blockSize: blockSize, parallelism: parallelism)
    }

    /// Derives `count` bytes; blocks for as long as the costs ask.
    package func derive(password: UnsafeRawBufferPointer, salt: [UInt8], count: Int) throws -> SecretBytes {
        try SecretBytes(count: count) { output in
            // OpenSSL takes a NULL password for "only check the costs".
            let empty: StaticString = ""
            let address = password.baseAddress ?? UnsafeRawPointer(empty.utf8Start)
            ERR_clear_error()
            let derived = EVP_PBE_scrypt(
                address.assumingMemoryBound(to: CChar.self), password.count, salt, salt.count,
                UInt64(1) << UInt64(logarithmicCost), UInt64(blockSize), UInt64(parallelism),
                // OpenSSL's own limit is 32 MiB, which the default exceeds by its work space.
                UInt64(Self.maximumMemoryBytes) * 2, output.baseAddress?.assumingMemoryBound(to: UInt8.self), count)
            guard derived == 1 else { throw CryptoError.libcrypto("EVP_PBE_scrypt") }
        }
    }
}
