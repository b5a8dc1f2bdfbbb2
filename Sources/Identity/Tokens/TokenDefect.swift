/// What is wrong with a token; equal when the kinds are.
///
/// A plain value, so that refusing a token allocates nothing.
package struct TokenDefect: Error, Hashable, Sendable, CustomStringConvertible {
    /// The precise defect, for logs and tests; the raw value is its word there.
    package enum Kind: String, Sendable, CaseIterable {
        case absent
        case tooLong = "too_long"
        case notThreeParts = "not_three_parts"
        case notBase64URL = "not_base64url"
        case badHeader = "bad_header"
        case wrongAlgorithm = "wrong_algorithm"
        case wrongType = "wrong_type"
        case unknownKey = "unknown_key"
        case badSignature = "bad_signature"
        case badJSON = "bad_json"
        case unknownClaim = "unknown_claim"
        case duplicateClaim = "duplicate_claim"
        case missingClaim = "missing_claim"
        case badClaim = "bad_claim"
        case wrongIssuer = "wrong_issuer"
        case wrongAudience = "wrong_audience"
        case issuedAhead = "issued_ahead"
        case expired
        case revoked
        case accountDisabled = "account_disabled"
        /// Good by itself, but of a session or account that the database does not have.
        case unknownSession = "unknown_session"
        /// This server could not check it and so refuses it.
        case unchecked
    }

    /// The precise defect.
    package let kind: Kind

    init(_ kind: Kind) {
        self.kind = kind
    }

    /// The word that the client is told.
    package var code: IdentityError.Code {
        switch kind {
        case .absent: .noToken
        case .expired: .tokenExpired
        case .revoked: .sessionRevoked
        case .accountDisabled: .accountDisabled
        default: .invalidToken
        }
    }

    package var description: String { "\(code.rawValue): \(kind.rawValue)" }
}
