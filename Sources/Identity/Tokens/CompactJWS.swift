import OpenSSLCrypto

/// A JSON Web Signature in its compact form (RFC 7515 section 3.1), cut in three and not yet decoded.
///
/// The parts are valid as long as the bytes that were given.
struct CompactJWS {
    /// The first part, in base64url.
    let header: UnsafeRawBufferPointer
    /// The second part, in base64url.
    let payload: UnsafeRawBufferPointer
    /// The third part, in base64url.
    let signature: UnsafeRawBufferPointer
    /// What is signed: the first two parts with the dot between them.
    let signedBytes: UnsafeRawBufferPointer

    /// Finds the two dots; no part may be empty.
    init(_ token: UnsafeRawBufferPointer) throws(TokenDefect) {
        let dot = UInt8(ascii: ".")
        guard let first = token.firstIndex(of: dot),
            let second = token[(first + 1)...].firstIndex(of: dot),
            token[(second + 1)...].firstIndex(of: dot) == nil,
            first > 0, second > first + 1, second + 1 < token.count
        else { throw TokenDefect(.notThreeParts) }
        header = UnsafeRawBufferPointer(rebasing: token[..<first])
        payload = UnsafeRawBufferPointer(rebasing: token[(first + 1)..<second])
        signature = UnsafeRawBufferPointer(rebasing: token[(second + 1)...])
        signedBytes = UnsafeRawBufferPointer(rebasing: token[..<second])
    }

    /// Checks the third part as HMAC-SHA-256: the algorithm is the key's, whatever the header says.
    func verifySignature(_ hmac: HMACSHA256) throws(TokenDefect) {
        var tag: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let defect: TokenDefect.Kind? = withUnsafeMutableBytes(of: &tag) { tag in
            guard let count = Base64URL.decode(signature, into: tag) else { return .notBase64URL }
            let isValid = hmac.isValid(UnsafeRawBufferPointer(rebasing: tag[..<count]), for: signedBytes)
            return isValid ? nil : .badSignature
        }
        if let defect { throw TokenDefect(defect) }
    }

    /// Decodes a part into `room`, which is never too small: it holds the longest token.
    static func decode(
        _ part: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) throws(TokenDefect) -> UnsafeRawBufferPointer {
        guard let count = Base64URL.decode(part, into: room) else { throw TokenDefect(.notBase64URL) }
        return UnsafeRawBufferPointer(rebasing: room[..<count])
    }
}
