import OpenSSLCrypto

/// The claims of a token whose signature was found good.
struct ClaimSet {
    /// What a token must say to be of this server and of now.
    struct Expectation {
        let issuer: [UInt8]
        let audience: [UInt8]
        /// The length of the longest token that says so: anything longer is refused unread, so that no token costs
        /// more than a good one of a long name.
        let maximumTokenBytes: Int

        init(issuer: [UInt8], audience: [UInt8]) {
            self.issuer = issuer
            self.audience = audience
            let header = #"{"alg":"HS256","kid":"","typ":"at+jwt"}"#.utf8.count + KeyID.maximumCount
            // Two ids, two times of as many digits as are read, and the longer role.
            let claims =
                #"{"iss":"","aud":"","sub":"","sid":"","jti":"","iat":,"exp":,"role":"admin"}"#.utf8.count
                + issuer.count + audience.count + Username.maximumCount + 2 * SessionID.digitCount
                + 2 * JSONMemberReader.maximumDigits
            maximumTokenBytes =
                Base64URL.encodedCount(ofBytes: header) + 1 + Base64URL.encodedCount(ofBytes: claims) + 1
                + Base64URL.encodedCount(ofBytes: HMACSHA256.tagByteCount)
        }
    }

    /// How far ahead `iat` may be, in seconds: other nodes' clocks.
    private static let clockSkew: Int64 = 60

    private(set) var subject: Username?
    private(set) var session: SessionID?
    private(set) var issuedAt: Int64 = 0
    private(set) var expiresAt: Int64 = 0
    private(set) var generation: Int64 = 0
    private(set) var role: Role?

    /// Reads exactly the claims of `use`, each of its own type; `now` in seconds since 1970.
    ///
    /// That it has expired is found last: an expired token is good otherwise.
    init(
        _ json: UnsafeRawBufferPointer, use: TokenUse, expected: Expectation, now: Int64
    ) throws(TokenDefect) {
        var reader = JSONMemberReader(json, badSyntax: .badJSON, badValue: .badClaim)
        let wanted = use.claims
        var seen: ClaimNames = []
        while let (text, value) = try reader.next() {
            guard let name = ClaimNames(text), wanted.contains(name) else { throw TokenDefect(.unknownClaim) }
            guard seen.insert(name).inserted else { throw TokenDefect(.duplicateClaim) }
            try take(name, value, expected)
        }
        guard seen == wanted else { throw TokenDefect(.missingClaim) }
        guard issuedAt <= now + Self.clockSkew else { throw TokenDefect(.issuedAhead) }
        guard expiresAt > now else { throw TokenDefect(.expired) }
    }

    private mutating func take(
        _ name: ClaimNames, _ value: JSONMemberReader.Value, _ expected: Expectation
    ) throws(TokenDefect) {
        switch (name, value) {
        case (.issuer, .text(let text)):
            guard text == expected.issuer else { throw TokenDefect(.wrongIssuer) }
        case (.audience, .text(let text)):
            guard text == expected.audience else { throw TokenDefect(.wrongAudience) }
        case (.subject, .text(let text)):
            subject = Username(utf8: text.bytes)
            guard subject != nil else { throw TokenDefect(.badClaim) }
        case (.session, .text(let text)):
            session = SessionID(utf8: text.bytes)
            guard session != nil else { throw TokenDefect(.badClaim) }
        case (.tokenID, .text(let text)):
            // As many random bits as a session has, in the same spelling.
            guard SessionID(utf8: text.bytes) != nil else { throw TokenDefect(.badClaim) }
        case (.role, .text(let text)):
            role = text == "user" ? .user : text == "admin" ? .admin : nil
            guard role != nil else { throw TokenDefect(.badClaim) }
        case (.issuedAt, .integer(let seconds)): issuedAt = seconds
        case (.expiresAt, .integer(let seconds)): expiresAt = seconds
        case (.generation, .integer(let number)): generation = number
        default: throw TokenDefect(.badClaim)
        }
    }
}
