import NIOPosix
import OpenSSLCrypto

/// Issues and verifies the two tokens; synchronous, from any thread.
///
/// Each thread keeps contexts of its own for the ring that it saw last, so that no lock is held over a check.
package final class Tokens: Sendable {
    // One variable for all instances, since a process has only so many; safe because each thread sees its own.
    private nonisolated(unsafe) static let verifiers = ThreadSpecificVariable<TokenVerifier>()

    private let ring: KeyRing
    private let clock: WallClock
    private let expected: ClaimSet.Expectation
    private let accessSeconds: Int64

    /// Takes a configuration that was validated.
    package init(ring: KeyRing, configuration: IdentityConfiguration, clock: WallClock) {
        self.ring = ring
        self.clock = clock
        expected = ClaimSet.Expectation(
            issuer: Array(configuration.issuer.utf8), audience: Array(configuration.audience.utf8))
        accessSeconds = configuration.accessLifetime.milliseconds / 1000
    }

    /// Checks signature, claims and time of an access token, but not its session: see ``Authority/authenticate(_:)``.
    package func verifyAccess(_ token: UnsafeRawBufferPointer) throws(TokenDefect) -> AccessToken {
        let claims = try verify(token, use: .access)
        guard let username = claims.subject, let session = claims.session, let role = claims.role else {
            throw TokenDefect(.missingClaim)
        }
        return AccessToken(
            username: username, session: session, role: role, issuedAt: claims.issuedAt * 1000,
            expiresAt: claims.expiresAt * 1000)
    }

    /// Checks signature, claims and time of a refresh token, but not its session or generation.
    package func verifyRefresh(_ token: UnsafeRawBufferPointer) throws(TokenDefect) -> RefreshToken {
        let claims = try verify(token, use: .refresh)
        guard let username = claims.subject, let session = claims.session else { throw TokenDefect(.missingClaim) }
        return RefreshToken(
            username: username, session: session, generation: claims.generation, expiresAt: claims.expiresAt * 1000)
    }

    /// Checks the text of a cookie; nil is a token that was not sent.
    package func verifyAccess(_ token: String?) throws(TokenDefect) -> AccessToken {
        try Self.withBytes(of: token) { (bytes) throws(TokenDefect) in try verifyAccess(bytes) }
    }

    /// Checks the text of a cookie; nil is a token that was not sent.
    package func verifyRefresh(_ token: String?) throws(TokenDefect) -> RefreshToken {
        try Self.withBytes(of: token) { (bytes) throws(TokenDefect) in try verifyRefresh(bytes) }
    }

    /// Makes an access token; up to 5 % of its life is taken off, so that many tabs do not refresh at once.
    func issueAccess(
        _ username: Username, session: SessionID, role: Role, key: SigningKey, at now: Int64
    ) throws -> IssuedToken {
        let jitter = Int64(try RandomBytes.integer(UInt32.self)) % (accessSeconds / 20 + 1)
        let seconds = now / 1000
        let expiresAt = seconds + max(1, accessSeconds - jitter)
        let claims = """
            "sub":"\(username)","sid":"\(session)","jti":"\(try SessionID.random())","iat":\(seconds),\
            "exp":\(expiresAt),"role":"\(role.rawValue)"
            """
        return try issue(claims, use: .access, key: key, at: seconds, until: expiresAt)
    }

    /// Makes a refresh token that ends at `end`, in milliseconds since 1970.
    func issueRefresh(
        _ username: Username, session: SessionID, generation: Int64, key: SigningKey, at now: Int64, until end: Int64
    ) throws -> IssuedToken {
        let seconds = now / 1000
        let claims = """
            "sub":"\(username)","sid":"\(session)","gen":\(generation),"iat":\(seconds),"exp":\(end / 1000)
            """
        return try issue(claims, use: .refresh, key: key, at: seconds, until: end / 1000)
    }

    private func issue(
        _ claims: String, use: TokenUse, key: SigningKey, at seconds: Int64, until expiresAt: Int64
    ) throws -> IssuedToken {
        let issuer = String(decoding: expected.issuer, as: UTF8.self)
        let audience = String(decoding: expected.audience, as: UTF8.self)
        var text = key.header(for: use)
        text.append(UInt8(ascii: "."))
        Array(#"{"iss":"\#(issuer)","aud":"\#(audience)",\#(claims)}"#.utf8).withUnsafeBytes {
            Base64URL.encode($0, into: &text)
        }
        if try !verifier(for: ring.snapshot).sign(&text, with: key, use: use) {
            // The ring changed between the choice of the key and now: its own context signs, and nothing verifies it.
            let alone = KeyRingSnapshot(current: key, keys: [key])
            _ = try TokenVerifier(ring: alone).sign(&text, with: key, use: use)
        }
        return IssuedToken(
            value: String(decoding: text, as: UTF8.self), expiresAt: expiresAt * 1000, maximumAge: expiresAt - seconds)
    }

    private func verify(_ token: UnsafeRawBufferPointer, use: TokenUse) throws(TokenDefect) -> ClaimSet {
        guard let verifier = try? verifier(for: ring.snapshot) else { throw TokenDefect(.unchecked) }
        return try verifier.verify(token, use: use, expected: expected, now: clock.now / 1000)
    }

    private func verifier(for ring: KeyRingSnapshot) throws -> TokenVerifier {
        if let verifier = Self.verifiers.currentValue, verifier.ring === ring { return verifier }
        let verifier = try TokenVerifier(ring: ring)
        Self.verifiers.currentValue = verifier
        return verifier
    }

    private static func withBytes<Token>(
        of text: String?, _ verify: (UnsafeRawBufferPointer) throws(TokenDefect) -> Token
    ) throws(TokenDefect) -> Token {
        var text = text ?? ""
        // `withUTF8` has no typed throws.
        let result: Result<Token, TokenDefect> = text.withUTF8 { utf8 in
            do throws(TokenDefect) {
                return .success(try verify(UnsafeRawBufferPointer(utf8)))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
