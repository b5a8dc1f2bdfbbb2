/// Which of the two tokens; each has its own key and its own claims.
enum TokenUse {
    case access
    case refresh

    /// `typ` of the header (RFC 9068 section 2.1 for the first).
    var type: StaticString {
        switch self {
        case .access: "at+jwt"
        case .refresh: "rt+jwt"
        }
    }

    /// The exact set of claims.
    var claims: ClaimNames {
        switch self {
        case .access: [.issuer, .audience, .subject, .session, .tokenID, .issuedAt, .expiresAt, .role]
        case .refresh: [.issuer, .audience, .subject, .session, .generation, .issuedAt, .expiresAt]
        }
    }
}
