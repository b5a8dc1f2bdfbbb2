import OpenSSLCrypto

/// The key of a bot, `username:secret`: what it exchanges for a session, kept by the server as a digest only.
struct BotKey {
    private static let secretBytes = 32

    let username: Username
    /// 256 random bits in base64url.
    let secret: String

    /// Makes a new one; throws `CryptoError` when there is no randomness.
    static func random(for username: Username) throws -> BotKey {
        BotKey(username: username, secret: Base64URL.encode(try RandomBytes.make(count: secretBytes)))
    }

    private init(username: Username, secret: String) {
        self.username = username
        self.secret = secret
    }

    /// Takes what a client sent; nil for what can be no key.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let username = Username(String(parts[0])),
            parts[1].utf8.count == Base64URL.encodedCount(ofBytes: Self.secretBytes)
        else { return nil }
        self.init(username: username, secret: String(parts[1]))
    }

    /// The key as the bot is given it, once.
    var text: String { "\(username):\(secret)" }

    /// What the server keeps. A plain digest is enough for so many random bits.
    var digest: [UInt8] { SHA256Digest(of: secret).bytes }
}
