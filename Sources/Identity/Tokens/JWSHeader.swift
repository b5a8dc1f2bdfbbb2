import OpenSSLCrypto

/// The header of a JWS (RFC 7515 section 4) with the only three members that are taken: `alg`, `kid`, `typ`.
///
/// Any other member is refused, and so are `crit`, `jwk`, `jku` and `x5u`, with which keys are smuggled in.
struct JWSHeader {
    private(set) var algorithm: JSONMemberReader.Text?
    private(set) var key: JSONMemberReader.Text?
    private(set) var type: JSONMemberReader.Text?

    /// Reads the decoded header, which must outlive the value.
    init(_ json: UnsafeRawBufferPointer) throws(TokenDefect) {
        var reader = JSONMemberReader(json, badSyntax: .badHeader, badValue: .badHeader)
        while let (name, value) = try reader.next() {
            guard case .text(let text) = value else { throw TokenDefect(.badHeader) }
            if name == "alg", algorithm == nil {
                algorithm = text
            } else if name == "kid", key == nil {
                key = text
            } else if name == "typ", type == nil {
                type = text
            } else {
                throw TokenDefect(.badHeader)
            }
        }
    }

    /// The first part, encoded, of every token that a key signs.
    static func encoded(key: KeyID, type: StaticString) -> [UInt8] {
        var encoded: [UInt8] = []
        Array(#"{"alg":"HS256","kid":"\#(key)","typ":"\#(type)"}"#.utf8).withUnsafeBytes {
            Base64URL.encode($0, into: &encoded)
        }
        return encoded
    }
}
