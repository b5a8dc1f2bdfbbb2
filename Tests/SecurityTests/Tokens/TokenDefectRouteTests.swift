import OpenSSLCrypto
import ParleyClient
import ParleyServer
import TestSupport
import Testing

@testable import Identity

/// Tokens with one defect each, signed with the server's own key where that is not the defect.
@Suite("Defects of tokens over HTTP")
struct TokenDefectRouteTests {
    /// The claims of a good token in the order in which the server writes them.
    private static func claims(_ login: TestLogin, _ use: TokenUse, at now: Int64) -> [(String, String)] {
        let common = [
            ("iss", #""parley""#), ("aud", #""parley""#), ("sub", "\"\(login.username)\""),
            ("sid", "\"\(login.session)\""),
        ]
        switch use {
        case .access:
            return common + [
                ("jti", #""AAAAAAAAAAAAAAAAAAAAAA""#), ("iat", "\(now)"), ("exp", "\(now + 300)"), ("role", #""user""#),
            ]
        case .refresh: return common + [("gen", "1"), ("iat", "\(now)"), ("exp", "\(now + 300)")]
        }
    }

    private static func sign(_ header: String, _ claims: [(String, String)], _ secret: SecretBytes) throws -> String {
        let payload = "{" + claims.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
        let signed = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        var tag = [UInt8](repeating: 0, count: 32)
        let hmac = try HMACSHA256(key: secret)
        Array(signed.utf8).withUnsafeBytes { signed in
            tag.withUnsafeMutableBytes { hmac.authenticate(signed, into: $0) }
        }
        return signed + "." + Base64URL.encode(tag)
    }

    /// Every kind of defect, with the code that it is answered with.
    private static func defects(
        _ login: TestLogin, _ use: TokenUse, _ key: SigningKey, at now: Int64
    ) throws -> [(what: String, token: String, code: String)] {
        let secret = key.secret(for: use)
        let good = claims(login, use, at: now)
        let type = "\(use.type)"
        func header(alg: String = "HS256", kid: String = key.id.text, typ: String = type, more: String = "") -> String {
            #"{"alg":"\#(alg)","kid":"\#(kid)","typ":"\#(typ)"\#(more)}"#
        }
        func with(_ name: String, _ value: String) -> [(String, String)] {
            good.map { $0.0 == name ? (name, value) : $0 }
        }
        var cases: [(String, String, [(String, String)], String)] = [
            ("alg none", header(alg: "none"), good, "invalid_token"),
            ("alg HS512", header(alg: "HS512"), good, "invalid_token"),
            ("typ JWT", header(typ: "JWT"), good, "invalid_token"),
            (
                "typ of the other token", header(typ: use.type.description == "at+jwt" ? "rt+jwt" : "at+jwt"), good,
                "invalid_token"
            ),
            ("kid unknown", header(kid: "nosuchkey"), good, "invalid_token"),
            ("kid empty", header(kid: ""), good, "invalid_token"),
            ("kid a path", header(kid: "../../../../dev/null"), good, "invalid_token"),
            ("kid of SQL", header(kid: "' UNION SELECT 'x"), good, "invalid_token"),
            ("kid of a command", header(kid: "|id"), good, "invalid_token"),
            ("jku", header(more: #","jku":"https://evil.example"#), good, "invalid_token"),
            ("crit", header(more: #","crit":["exp"]"#), good, "invalid_token"),
            ("alg twice", header(more: #","alg":"HS256""#), good, "invalid_token"),
            ("expired by a second", header(), with("exp", "\(now - 1)"), "token_expired"),
            ("expired now", header(), with("exp", "\(now)"), "token_expired"),
            ("not yet valid", header(), with("iat", "\(now + 3600)"), "invalid_token"),
            ("other audience", header(), with("aud", #""other""#), "invalid_token"),
            ("other issuer", header(), with("iss", #""other""#), "invalid_token"),
            ("two audiences", header(), with("aud", #"["parley"]"#), "invalid_token"),
            ("a claim too many", header(), good + [("nbf", "1")], "invalid_token"),
        ]
        for (name, _) in good {
            cases.append(("\(name) missing", header(), good.filter { $0.0 != name }, "invalid_token"))
            cases.append(("\(name) twice", header(), good + good.filter { $0.0 == name }, "invalid_token"))
            for wrong in ["null", "true", "[]", "{}", "-1", "1e3"] {
                cases.append(("\(name) \(wrong)", header(), with(name, wrong), "invalid_token"))
            }
        }
        var tokens = try cases.map { (what: $0.0, token: try sign($0.1, $0.2, secret), code: $0.3) }
        let token = try sign(header(), good, secret)
        let parts = token.split(separator: ".").map(String.init)
        let other = use.type.description == "at+jwt" ? TokenUse.refresh : .access
        tokens += [
            ("the other secret", try sign(header(), good, key.secret(for: other)), "invalid_token"),
            ("signature of another", "\(parts[0]).\(parts[1]).\(String(parts[2].reversed()))", "invalid_token"),
            ("no signature", "\(parts[0]).\(parts[1]).", "invalid_token"),
            ("two parts", "\(parts[0]).\(parts[1])", "invalid_token"), ("five parts", token + ".a.b", "invalid_token"),
            ("padding", token + "=", "invalid_token"),
            ("standard base64", token.replacing("_", with: "/").replacing("-", with: "+") + "/", "invalid_token"),
            ("12 kB", String(repeating: "A", count: 12_000), "invalid_token"),
            ("a good one and 12 kB", token + String(repeating: "A", count: 12_000), "invalid_token"),
        ]
        return tokens
    }

    @Test("are 401 with their code on requests, refreshes and upgrades, and the server goes on")
    func defects() async throws {
        let clock = TestClock()
        try await TestServer.run(clock: clock.wallClock) { server in
            let access = server.access
            let login = try await access.register("alice")
            let key = server.node.authority.keyRing.snapshot.current
            let now = clock.wallClock.now / 1000
            for (what, token, code) in try Self.defects(login, .access, key, at: now) {
                let cookie = [(name: "Cookie", value: "\(TestLogin.accessName)=\(token)")]
                let me = try await access.send(RawRequest("GET", "/api/v1/me", headers: cookie))
                #expect(me.status == 401 && me.code == code, "\(what): \(me.text)")
                guard case .refused(let refusal) = try await access.upgrade(cookie) else {
                    Issue.record("\(what) opened a socket")
                    continue
                }
                #expect(refusal.status == 401 && refusal.code == code, "\(what): \(refusal.text)")
            }
            for (what, token, code) in try Self.defects(login, .refresh, key, at: now) {
                let cookie = [(name: "Cookie", value: "\(TestLogin.refreshName)=\(token)")]
                let answer = try await access.send(
                    try RawRequest("POST", "/api/v1/auth/refresh", json: [:], headers: cookie))
                // The protocol has one word for what a refresh token can be, but revoked and used again.
                #expect(
                    answer.status == 401 && ["invalid_token", code].contains(answer.code), "\(what): \(answer.text)")
                #expect(answer.cookies.count == 2 && answer.cookies.allSatisfy { $0.maximumAge == 0 }, "\(what)")
            }
            // None of it harmed the session, and the same claims without a defect are good.
            #expect(try await access.get("/api/v1/me", login).status == 200)
            let forged = try Self.sign(
                #"{"alg":"HS256","kid":"\#(key.id)","typ":"at+jwt"}"#, Self.claims(login, .access, at: now),
                key.secret(for: .access))
            let cookie = [(name: "Cookie", value: "\(TestLogin.accessName)=\(forged)")]
            #expect(try await access.send(RawRequest("GET", "/api/v1/me", headers: cookie)).status == 200)
            let refreshed = try await access.call("POST", "/api/v1/auth/refresh", [:], login)
            #expect(refreshed.status == 200)
        }
    }

    @Test("of 100 kB are 401 where heads may be so large, and otherwise 431 before they are tokens")
    func long() async throws {
        let cookie = [(name: "Cookie", value: "\(TestLogin.accessName)=\(String(repeating: "A", count: 100_000))")]
        for (size, status, code) in [("256KiB", 401, "invalid_token"), ("16KiB", 431, "head_too_large")] {
            try await TestServer.run(["limits.head_bytes": size]) { server in
                let login = try await server.access.register("alice")
                let answer = try await server.access.send(RawRequest("GET", "/api/v1/me", headers: cookie))
                #expect(answer.status == status && answer.code == code, "\(size): \(answer.text)")
                guard case .refused(let refusal) = try await server.access.upgrade(cookie) else {
                    Issue.record("a socket was opened")
                    return
                }
                #expect(refusal.status == status && refusal.code == code, "\(size): \(refusal.text)")
                #expect(try await server.access.get("/api/v1/me", login).status == 200)
            }
        }
    }
}
