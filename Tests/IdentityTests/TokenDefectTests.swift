import OpenSSLCrypto
import TestTools
import Testing

@testable import Identity

@Suite("Defects of tokens")
struct TokenDefectTests {
    private let directory: TemporaryDirectory
    private let clock = ManualClock()
    private let ring: KeyRing
    private let tokens: Tokens

    init() throws {
        directory = try TemporaryDirectory()
        ring = try KeyRing(path: directory.file("keys.json"), clock: clock.wallClock)
        tokens = Tokens(ring: ring, configuration: IdentityConfiguration(), clock: clock.wallClock)
    }

    static let sid = "AAAAAAAAAAAAAAAAAAAAAA"

    /// The claims of a good access token at the clock's start, in order.
    static let accessClaims = [
        ("iss", #""parley""#), ("aud", #""parley""#), ("sub", #""alice""#), ("sid", "\"\(sid)\""),
        ("jti", "\"\(sid)\""), ("iat", "1700000000"), ("exp", "1700000600"), ("role", #""user""#),
    ]

    static let refreshClaims = [
        ("iss", #""parley""#), ("aud", #""parley""#), ("sub", #""alice""#), ("sid", "\"\(sid)\""),
        ("gen", "1"), ("iat", "1700000000"), ("exp", "1700000600"),
    ]

    static func json(_ claims: [(String, String)]) -> String {
        "{" + claims.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    @Test("a forged token without a defect is good, in any order and with white space")
    func good() throws {
        let forge = TokenForge(key: ring.snapshot.current, use: .access)
        for claims in [Self.accessClaims, Self.accessClaims.reversed()] {
            let read = try tokens.verifyAccess(forge.token(header: forge.header, payload: Self.json(claims)))
            #expect(read.username.text == "alice")
        }
        let spaced = #"{ "typ" : "at+jwt",\#n "kid" : "\#(forge.key.id)", "alg" : "HS256" }"#
        _ = try tokens.verifyAccess(forge.token(header: spaced, payload: " " + Self.json(Self.accessClaims) + "\n"))
        let refresh = TokenForge(key: ring.snapshot.current, use: .refresh)
        _ = try tokens.verifyRefresh(refresh.token(header: refresh.header, payload: Self.json(Self.refreshClaims)))
    }

    @Test(
        "of the header are refused before anything is computed",
        arguments: [
            (#"{"alg":"none","kid":"K","typ":"at+jwt"}"#, TokenDefect.Kind.wrongAlgorithm),
            (#"{"alg":"HS512","kid":"K","typ":"at+jwt"}"#, .wrongAlgorithm),
            (#"{"alg":"hs256","kid":"K","typ":"at+jwt"}"#, .wrongAlgorithm),
            (#"{"alg":"HS256 ","kid":"K","typ":"at+jwt"}"#, .wrongAlgorithm),
            (#"{"alg":"","kid":"K","typ":"at+jwt"}"#, .wrongAlgorithm),
            (#"{"kid":"K","typ":"at+jwt"}"#, .wrongAlgorithm),
            (#"{}"#, .wrongAlgorithm),
            (#"{"alg":"HS256","kid":"K","typ":"JWT"}"#, .wrongType),
            (#"{"alg":"HS256","kid":"K","typ":"rt+jwt"}"#, .wrongType),
            (#"{"alg":"HS256","kid":"K","typ":"AT+JWT"}"#, .wrongType),
            (#"{"alg":"HS256","kid":"K","typ":"application/at+jwt"}"#, .wrongType),
            (#"{"alg":"HS256","kid":"K"}"#, .wrongType),
            (#"{"alg":"HS256","typ":"at+jwt"}"#, .unknownKey),
            (#"{"alg":"HS256","kid":"","typ":"at+jwt"}"#, .unknownKey),
            (#"{"alg":"HS256","kid":"other","typ":"at+jwt"}"#, .unknownKey),
            (#"{"alg":"HS256","kid":"../../etc/passwd","typ":"at+jwt"}"#, .unknownKey),
            (#"{"alg":"HS256","kid":"' OR 1=1 --","typ":"at+jwt"}"#, .unknownKey),
            (#"{"alg":"HS256","kid":"K ","typ":"at+jwt"}"#, .unknownKey),
            (#"{"alg":"HS256","alg":"HS256","kid":"K","typ":"at+jwt"}"#, .badHeader),
            (#"{"alg":"HS256","kid":"K","kid":"K","typ":"at+jwt"}"#, .badHeader),
            (#"{"alg":"HS256","kid":"K","typ":"at+jwt","crit":["exp"]}"#, .badHeader),
            (#"{"alg":"HS256","kid":"K","typ":"at+jwt","jwk":{"kty":"oct","k":"AAAA"}}"#, .badHeader),
            (#"{"alg":"HS256","kid":"K","typ":"at+jwt","x5u":"https://evil.example"}"#, .badHeader),
            (#"{"alg":"HS256","kid":"K","typ":"at+jwt","zip":"DEF"}"#, .badHeader),
            (#"{"alg":"HS256","kid":5,"typ":"at+jwt"}"#, .badHeader),
            (#"{"alg":"HS256","kid":null,"typ":"at+jwt"}"#, .badHeader),
            (#"["HS256"]"#, .badHeader),
            (#""HS256""#, .badHeader),
            (#"{"alg":"HS256","kid":"K","typ":"at+jwt""#, .badHeader),
            (#"{"alg":"HS256","kid":"K","typ":"at\u002bjwt"}"#, .badHeader),
        ])
    func header(_ header: String, _ kind: TokenDefect.Kind) throws {
        let forge = TokenForge(key: ring.snapshot.current, use: .access)
        let named = header.replacing("\"K", with: "\"\(forge.key.id)")
        try expect(kind, of: forge.token(header: named, payload: Self.json(Self.accessClaims)))
    }

    @Test(
        "of one claim are refused",
        arguments: [
            ("iss", #""other""#, TokenDefect.Kind.wrongIssuer), ("iss", #""parley ""#, .wrongIssuer),
            ("iss", #""""#, .wrongIssuer), ("iss", "1", .badClaim), ("aud", #""other""#, .wrongAudience),
            ("aud", #"["parley"]"#, .badClaim), ("aud", "null", .badClaim), ("sub", #""""#, .badClaim),
            ("sub", #""Alice""#, .badClaim), ("sub", #""al ice""#, .badClaim), ("sub", #""-alice""#, .badClaim),
            ("sub", "\"\(String(repeating: "a", count: 33))\"", .badClaim), ("sub", "7", .badClaim),
            ("sub", #""al\u0069ce""#, .badJSON), ("sid", #""AAAAAAAAAAAAAAAAAAAAA""#, .badClaim),
            ("sid", #""AAAAAAAAAAAAAAAAAAAAAB""#, .badClaim), ("sid", #""AAAAAAAAAAAAAAAAAAAAA=""#, .badClaim),
            ("sid", "1", .badClaim), ("jti", #""""#, .badClaim), ("jti", "0", .badClaim),
            ("role", #""root""#, .badClaim),
            ("role", #""Admin""#, .badClaim), ("role", "true", .badClaim), ("role", #"["admin"]"#, .badClaim),
            ("iat", "1700000061", .issuedAhead), ("iat", "1700000000.0", .badClaim), ("iat", "1.7e9", .badClaim),
            ("iat", #""1700000000""#, .badClaim), ("iat", "-1", .badClaim), ("iat", "01700000000", .badJSON),
            ("iat", "9999999999999999", .badClaim), ("iat", "999999999999999", .issuedAhead),
            ("exp", "1700000000", .expired), ("exp", "1699999999", .expired), ("exp", "0", .expired),
            ("exp", "1700000600.5", .badClaim), ("exp", #""never""#, .badClaim), ("exp", "null", .badClaim),
            ("exp", "99999999999999999999", .badClaim),
        ])
    func claim(_ name: String, _ value: String, _ kind: TokenDefect.Kind) throws {
        let forge = TokenForge(key: ring.snapshot.current, use: .access)
        let claims = Self.accessClaims.map { $0.0 == name ? (name, value) : $0 }
        try expect(kind, of: forge.token(header: forge.header, payload: Self.json(claims)))
    }

    @Test("of the set of claims are refused: each one missing, each one twice, and any other added")
    func claimSet() throws {
        let forge = TokenForge(key: ring.snapshot.current, use: .access)
        for offset in Self.accessClaims.indices {
            var missing = Self.accessClaims
            missing.remove(at: offset)
            try expect(.missingClaim, of: forge.token(header: forge.header, payload: Self.json(missing)))
            let twice = Self.accessClaims + [Self.accessClaims[offset]]
            try expect(.duplicateClaim, of: forge.token(header: forge.header, payload: Self.json(twice)))
        }
        for added in [("nbf", "0"), ("gen", "1"), ("admin", "1"), ("", "1"), ("rolex", "1"), ("scope", #""all""#)] {
            let claims = Self.accessClaims + [added]
            try expect(.unknownClaim, of: forge.token(header: forge.header, payload: Self.json(claims)))
        }
        try expect(.missingClaim, of: forge.token(header: forge.header, payload: "{}"))
        try expect(.badJSON, of: forge.token(header: forge.header, payload: "[]"))
        try expect(.badJSON, of: forge.token(header: forge.header, payload: "null"))
        try expect(.badJSON, of: forge.token(header: forge.header, payload: Self.json(Self.accessClaims) + "{}"))
    }

    @Test("an iat of a minute ahead is borne, one more second is not, and expiry is told last")
    func clocks() throws {
        let forge = TokenForge(key: ring.snapshot.current, use: .access)
        func token(_ changes: [String: String]) throws -> String {
            let claims = Self.accessClaims.map { ($0.0, changes[$0.0] ?? $0.1) }
            return try forge.token(header: forge.header, payload: Self.json(claims))
        }
        _ = try tokens.verifyAccess(token(["iat": "1700000060"]))
        _ = try tokens.verifyAccess(token(["exp": "1700000001"]))
        try expect(.wrongIssuer, of: token(["iss": #""x""#, "exp": "1"]))
        #expect(TokenDefect(.expired).code == .tokenExpired)
        #expect(TokenDefect(.wrongIssuer).code == .invalidToken)
    }

    @Test("of the form are refused: parts, padding, other alphabets, bits that say nothing, length")
    func form() throws {
        let forge = TokenForge(key: ring.snapshot.current, use: .access)
        let good = try forge.token(header: forge.header, payload: Self.json(Self.accessClaims))
        let parts = good.split(separator: ".").map(String.init)
        for text in ["a", "\(parts[0]).\(parts[1])", "\(good).\(parts[2])", "\(good).x.y", ".\(good)", "\(good)."] {
            try expect(.notThreeParts, of: text)
        }
        try expect(.notBase64URL, of: good + "=")
        try expect(.notBase64URL, of: good + " ")
        try expect(.notBase64URL, of: "\(parts[0]).\(parts[1]).\(parts[2].dropLast())+")
        try expect(.notThreeParts, of: "\(parts[0]).\(parts[1]).")
        try expect(.notBase64URL, of: "\(parts[0])=.\(parts[1]).\(parts[2])")
        try expect(.notBase64URL, of: " \(good)")
        try expect(.notBase64URL, of: "Bearer \(good)")
        try expect(.badSignature, of: "\(parts[0]).\(parts[1])=.\(parts[2])")
        try expect(.badSignature, of: "\(parts[0]).\(parts[1]).\(parts[2].dropLast(3))")
        // Signed as it is, but with a second spelling of the payload's last byte.
        try expect(.notBase64URL, of: forge.token(encodedHeader: parts[0], parts[1] + "="))
        try expect(.notBase64URL, of: forge.token(encodedHeader: parts[0], "AB"))
        // The last digit of 32 bytes holds 4 bits; another digit with the same ones is another spelling.
        let last = try #require(parts[2].last)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let next = alphabet[try #require(alphabet.firstIndex(of: last)) + 1]
        try expect(.notBase64URL, of: "\(parts[0]).\(parts[1]).\(parts[2].dropLast())\(next)")
        let longest = ClaimSet.Expectation(issuer: Array("parley".utf8), audience: Array("parley".utf8))
            .maximumTokenBytes
        try expect(.tooLong, of: String(repeating: "A", count: longest + 1))
        try expect(.tooLong, of: String(repeating: "A", count: 100_000))
        try expect(.tooLong, of: good + String(repeating: ".", count: 100_000))
        try expect(.notThreeParts, of: String(repeating: "A", count: longest))
    }

    @Test("a token of another key, or of the other secret of its key, is refused")
    func keys() throws {
        let claims = Self.json(Self.accessClaims)
        let stranger = TokenForge(key: try SigningKey.random(createdAt: 0), use: .access)
        try expect(.unknownKey, of: stranger.token(header: stranger.header, payload: claims))
        let right = TokenForge(key: ring.snapshot.current, use: .access)
        try expect(.badSignature, of: stranger.token(header: right.header, payload: claims))
        let other = TokenForge(key: ring.snapshot.current, use: .refresh)
        try expect(.badSignature, of: other.token(header: right.header, payload: claims))
    }

    private func expect(
        _ kind: TokenDefect.Kind, of token: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(throws: TokenDefect(kind), "\(kind)", sourceLocation: sourceLocation) {
            try tokens.verifyAccess(token)
        }
    }
}
