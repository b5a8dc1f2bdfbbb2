import OpenSSLCrypto

/// Two secrets of 32 bytes under one id: one signs access tokens, the other refresh tokens.
package final class SigningKey: Sendable {
    /// A secret's length in bytes: that of the hash, as RFC 7518 section 3.2 asks.
    package static let secretByteCount = 32

    /// The `kid`.
    package let id: KeyID
    /// When it was made, in milliseconds since 1970.
    package let createdAt: Int64
    /// When it stopped signing, in milliseconds since 1970; nil while it may sign.
    package let retiredAt: Int64?
    let access: SecretBytes
    let refresh: SecretBytes
    // The encoded headers of its tokens: a token that starts with one of them needs no header parser.
    let accessHeader: [UInt8]
    let refreshHeader: [UInt8]

    init(id: KeyID, createdAt: Int64, retiredAt: Int64? = nil, access: SecretBytes, refresh: SecretBytes) {
        self.id = id
        self.createdAt = createdAt
        self.retiredAt = retiredAt
        self.access = access
        self.refresh = refresh
        accessHeader = JWSHeader.encoded(key: id, type: TokenUse.access.type)
        refreshHeader = JWSHeader.encoded(key: id, type: TokenUse.refresh.type)
    }

    /// Makes a fresh pair; throws `CryptoError` when there is no randomness.
    static func random(createdAt: Int64) throws -> SigningKey {
        SigningKey(
            id: try .random(), createdAt: createdAt, access: try SecretBytes(randomCount: secretByteCount),
            refresh: try SecretBytes(randomCount: secretByteCount))
    }

    /// The same pair, from `time` on only for verifying.
    func retired(at time: Int64) -> SigningKey {
        SigningKey(id: id, createdAt: createdAt, retiredAt: time, access: access, refresh: refresh)
    }

    func secret(for use: TokenUse) -> SecretBytes {
        switch use {
        case .access: access
        case .refresh: refresh
        }
    }

    func header(for use: TokenUse) -> [UInt8] {
        switch use {
        case .access: accessHeader
        case .refresh: refreshHeader
        }
    }
}
