import COpenSSL

/// Randomness from OpenSSL's generator, which the kernel seeds.
package enum RandomBytes {
    /// Fills `buffer`; throws ``CryptoError`` when the generator has no entropy.
    package static func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(CryptoError) {
        guard buffer.count > 0 else { return }
        guard let count = Int32(exactly: buffer.count) else {
            throw CryptoError(.libcrypto, "RAND_bytes: \(buffer.count) bytes are too many for one call")
        }
        ERR_clear_error()
        guard RAND_bytes(buffer.baseAddress, count) == 1 else { throw .libcrypto("RAND_bytes") }
    }

    /// Makes an array of `count` random bytes.
    package static func make(count: Int) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        do {
            try bytes.withUnsafeMutableBytes { try fill($0) }
        } catch let error as CryptoError {
            throw error
        } catch {
            throw CryptoError(.libcrypto, "RAND_bytes: \(error)")
        }
        return bytes
    }

    /// Makes one random integer.
    package static func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ type: Integer.Type = Integer.self
    ) throws -> Integer {
        var value = Integer.zero
        try Swift.withUnsafeMutableBytes(of: &value) { try fill($0) }
        return value
    }
}
