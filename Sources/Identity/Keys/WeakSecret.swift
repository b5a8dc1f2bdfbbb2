import OpenSSLCrypto

/// Why a secret of the right length is none: somebody made it up, or it is printed in a standard.
///
/// A random secret passes but for one in 10^13, the share of those that are all printable characters.
struct WeakSecret: CustomStringConvertible {
    /// What continues "a secret".
    let description: String

    private init(_ description: String) {
        self.description = description
    }

    /// Nil when nothing speaks against `secret`, which has ``SigningKey/secretByteCount`` bytes.
    init?(of secret: SecretBytes) {
        let weakness = secret.withUnsafeBytes { bytes -> WeakSecret? in
            // The keys of files filled with one byte: random ones have about 30 different bytes.
            if Set(bytes).count < 12 { return WeakSecret("is not random: it has few different bytes") }
            if bytes.allSatisfy({ (0x20...0x7E).contains($0) }) {
                return WeakSecret("is a text; let the server make its keys")
            }
            let steps = zip(bytes.dropFirst(), bytes).map { $0 &- $1 }
            if Set(steps).count == 1 { return WeakSecret("is not random: its bytes only count") }
            let digest = SHA256Digest(of: bytes).hexadecimal
            if let source = Self.published[digest] { return WeakSecret("is the published example of \(source)") }
            return nil
        }
        guard let weakness else { return nil }
        self = weakness
    }

    /// SHA-256 of published keys of 32 bytes, or of the first 32 bytes of longer ones.
    private static let published = [
        "102ccdd1cc83d27a4c53af08ce1972f71baecaca352808339f92b8610e094286": "RFC 7515, appendix A.1",
        "73ec74458059c70cae3f0ade8663fe0da1dc4b114ed8cdac75364140b4458a4c": "RFC 7520, section 3.5",
        "2cd6f10056d08e10430ad5658b5565056c93fcde047563f7e53a56452467c050": "RFC 7520, section 3.6",
    ]
}
