import OpenSSLCrypto
import TestTools
import Testing

@testable import Identity

/// What a token costs, counted and not timed: how many signatures are computed for it, and how long it may be.
@Suite("The cost of a token")
struct TokenCostTests {
    private let directory: TemporaryDirectory
    private let clock = ManualClock()
    private let ring: KeyRing

    init() throws {
        directory = try TemporaryDirectory()
        ring = try KeyRing(path: directory.file("keys.json"), clock: clock.wallClock)
    }

    private static let expected = ClaimSet.Expectation(issuer: Array("parley".utf8), audience: Array("parley".utf8))

    /// The signatures that the check of a token computes, and what it finds.
    private func check(
        _ token: String, use: TokenUse = .access, expected: ClaimSet.Expectation = expected
    ) throws -> (tags: Int, defect: TokenDefect.Kind?) {
        let verifier = try TokenVerifier(ring: ring.snapshot)
        let bytes = Array(token.utf8)
        var defect: TokenDefect.Kind?
        bytes.withUnsafeBytes { bytes in
            do throws(TokenDefect) {
                _ = try verifier.verify(bytes, use: use, expected: expected, now: clock.now / 1000)
            } catch {
                defect = error.kind
            }
        }
        return (verifier.computedTags, defect)
    }

    @Test("of a good one is one signature, with however many keys in the ring")
    func good() throws {
        let forge = TokenForge(key: ring.snapshot.current, use: .access)
        let token = try forge.token(
            header: forge.header, payload: TokenDefectTests.json(TokenDefectTests.accessClaims))
        for _ in 0..<5 {
            let outcome = try check(token)
            #expect(outcome.tags == 1 && outcome.defect == nil)
            try ring.rotate()
        }
    }

    @Test("with a defect of form or header is no signature at all, and nothing is read of what is too long")
    func formAndHeader() throws {
        let forge = TokenForge(key: ring.snapshot.current, use: .access)
        let claims = TokenDefectTests.json(TokenDefectTests.accessClaims)
        let good = try forge.token(header: forge.header, payload: claims)
        let parts = good.split(separator: ".").map(String.init)
        let headers = [
            #"{"alg":"none","kid":"\#(forge.key.id)","typ":"at+jwt"}"#,
            #"{"alg":"RS256","kid":"\#(forge.key.id)","typ":"at+jwt"}"#,
            #"{"alg":"HS256","kid":"\#(forge.key.id)","typ":"JWT"}"#,
            #"{"alg":"HS256","kid":"../../../etc/passwd","typ":"at+jwt"}"#,
            #"{"alg":"HS256","kid":"\u0000","typ":"at+jwt"}"#, #"{"alg":"HS256","kid":"' OR 1=1 --","typ":"at+jwt"}"#,
            "{}", "[]", "",
        ]
        var defects = try headers.map { try forge.token(header: $0, payload: claims) }
        defects += [
            "", "x", "..", "\(parts[0]).\(parts[1])", good + ".a.b", good + "=",
            parts[0] + "=." + parts[1] + "." + parts[2],
            String(repeating: "A", count: 100_000), String(repeating: ".", count: 100_000),
            good + String(repeating: "A", count: 100_000), parts[0] + "." + parts[1] + ".",
            parts[0] + "." + parts[1] + ".AAAA",
        ]
        for token in defects {
            let outcome = try check(token)
            #expect(outcome.tags == 0 && outcome.defect != nil, "\(token.prefix(200)): \(outcome)")
        }
    }

    @Test("with a defect of signature or claims is no more than one signature")
    func claims() throws {
        let forge = TokenForge(key: ring.snapshot.current, use: .access)
        let good = TokenDefectTests.accessClaims
        var payloads = good.indices.map { index in TokenDefectTests.json(Array(good[..<index] + good[(index + 1)...])) }
        payloads += good.map { TokenDefectTests.json(good + [$0]) }
        payloads += [
            "", "{}", "null", "\u{0}", TokenDefectTests.json(good.map { $0.0 == "exp" ? ("exp", "1") : $0 }),
            TokenDefectTests.json(good.map { $0.0 == "iat" ? ("iat", "999999999999999") : $0 }),
            TokenDefectTests.json(good.map { $0.0 == "aud" ? ("aud", #""other""#) : $0 }),
        ]
        for payload in payloads {
            let outcome = try check(try forge.token(header: forge.header, payload: payload))
            #expect(outcome.tags <= 1 && outcome.defect != nil, "\(payload): \(outcome)")
        }
        let stranger = TokenForge(key: try SigningKey.random(createdAt: 0), use: .access)
        let forged = try check(try stranger.token(header: forge.header, payload: TokenDefectTests.json(good)))
        #expect(forged.tags == 1 && forged.defect == .badSignature)
    }

    @Test("is bounded by the longest good one: that is taken, and one byte more is not read", arguments: [1, 64, 128])
    func longest(_ count: Int) throws {
        let text = String(repeating: "i", count: count)
        let expected = ClaimSet.Expectation(issuer: Array(text.utf8), audience: Array(text.utf8))
        let id = try #require(KeyID(String(repeating: "k", count: KeyID.maximumCount)))
        let key = SigningKey(
            id: id, createdAt: 0, access: try SecretBytes(randomCount: 32), refresh: try SecretBytes(randomCount: 32))
        let verifier = try TokenVerifier(ring: KeyRingSnapshot(current: key, keys: [key]))
        let numbers = String(repeating: "9", count: JSONMemberReader.maximumDigits)
        let claims = [
            ("iss", "\"\(text)\""), ("aud", "\"\(text)\""),
            ("sub", "\"\(String(repeating: "n", count: Username.maximumCount))\""),
            ("sid", "\"\(TokenDefectTests.sid)\""),
            ("jti", "\"\(TokenDefectTests.sid)\""), ("iat", numbers), ("exp", numbers), ("role", #""admin""#),
        ]
        let forge = TokenForge(key: key, use: .access)
        let longest = try forge.token(header: forge.header, payload: TokenDefectTests.json(claims))
        #expect(longest.utf8.count == expected.maximumTokenBytes)
        func kind(_ token: String) -> TokenDefect.Kind? {
            Array(token.utf8).withUnsafeBytes { bytes in
                do throws(TokenDefect) {
                    // So late that it was not issued ahead.
                    _ = try verifier.verify(bytes, use: .access, expected: expected, now: 999_999_999_999_998)
                    return nil
                } catch {
                    return error.kind
                }
            }
        }
        #expect(kind(longest) == nil)
        #expect(verifier.computedTags == 1)
        #expect(kind(longest + "A") == .tooLong)
        #expect(verifier.computedTags == 1)
    }
}
