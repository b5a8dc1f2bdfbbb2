import COpenSSL

/// Random numbers from the system's OpenSSL: masks, keys, nonces and jitter.
package struct SystemRandom: RandomNumberGenerator, Sendable {
    /// A generator; it has no state of its own.
    package init() {}

    /// Eight random bytes as a number.
    package mutating func next() -> UInt64 {
        Self.bytes(count: 8).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }

    /// Random bytes; traps when the operating system gives no entropy, since nothing can be done safely without it.
    static func bytes(count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let done = RAND_bytes(&bytes, Int32(count))
        precondition(done == 1, "RAND_bytes failed")
        return bytes
    }

    /// A nonce of 128 random bits in hexadecimal.
    static func nonce() -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes(count: 16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
