import OpenSSLCrypto

/// A code for who lost the authenticator: 120 random bits in six groups, good once, kept only as a digest.
///
/// From 112 bits on a plain digest is enough (OWASP ASVS 5.0, 6.5.2).
enum RecoveryCode {
    static let count = 10
    private static let byteCount = 15

    static func random() throws -> String {
        let digits = Array(try SecretBytes(randomCount: byteCount).withUnsafeBytes { Base32.encode($0) }.lowercased())
        return stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<$0 + 4]) }.joined(separator: "-")
    }

    /// The digest of what a user typed, nil for what is no such code; case, spaces and hyphens do not matter.
    static func digest(_ typed: String) -> [UInt8]? {
        let code = typed.lowercased().filter { $0 != "-" && $0 != " " }
        guard code.utf8.count == byteCount * 8 / 5 else { return nil }
        return SHA256Digest(of: code).bytes
    }
}
