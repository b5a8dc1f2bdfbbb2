import OpenSSLCrypto

/// Time-based one-time codes (RFC 6238): SHA-1, steps of 30 s, as every authenticator app has them.
enum OneTimeCode {
    static let digits = 6
    static let stepMilliseconds: Int64 = 30_000

    /// The code of a step (RFC 4226 section 5.3), with leading zeros.
    static func code(of step: Int64, secret: SecretBytes, digits: Int = digits) -> String {
        let tag = withUnsafeBytes(of: step.bigEndian) { HMACSHA1.tag(of: $0, key: secret) }
        let offset = Int(tag[tag.count - 1] & 0x0F)
        let number = tag[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let modulus = (0..<digits).reduce(UInt32(1)) { product, _ in product * 10 }
        let text = String(number % modulus)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The step that `code` belongs to: the present one or one beside it, and none that was used; nil when it is wrong.
    static func acceptedStep(_ code: String, secret: SecretBytes, at now: Int64, after used: Int64) -> Int64? {
        let present = now / stepMilliseconds
        let given = Array(code.utf8)
        guard given.count == digits else { return nil }
        var accepted: Int64?
        // All three are compared, so that the time does not tell which.
        for step in [present - 1, present, present + 1] {
            let isEqual = constantTimeEquals(Array(self.code(of: step, secret: secret).utf8), given)
            if isEqual, step > used, accepted == nil { accepted = step }
        }
        return accepted
    }
}
