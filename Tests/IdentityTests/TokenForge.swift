import OpenSSLCrypto

@testable import Identity

/// Makes tokens that the server would not make.
struct TokenForge {
    let key: SigningKey
    let use: TokenUse

    /// Signs any header and payload with the right secret.
    func token(header: String, payload: String) throws -> String {
        try token(encodedHeader: Base64URL.encode(Array(header.utf8)), Base64URL.encode(Array(payload.utf8)))
    }

    /// Signs two parts that may not even be base64url.
    func token(encodedHeader header: String, _ payload: String) throws -> String {
        let signed = Array("\(header).\(payload)".utf8)
        var tag = [UInt8](repeating: 0, count: 32)
        let hmac = try HMACSHA256(key: key.secret(for: use))
        signed.withUnsafeBytes { signed in tag.withUnsafeMutableBytes { hmac.authenticate(signed, into: $0) } }
        return "\(header).\(payload).\(Base64URL.encode(tag))"
    }

    /// The right header.
    var header: String { #"{"alg":"HS256","kid":"\#(key.id)","typ":"\#(use.type)"}"# }
}
