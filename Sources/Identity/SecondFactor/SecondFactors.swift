import Database
import OpenSSLCrypto

/// Turns the second factor of an account on and off: time-based codes (RFC 6238) and recovery codes.
///
/// All calls throw ``IdentityError`` and, when the disk fails, `DatabaseError`.
package final class SecondFactors: Sendable {
    /// A secret of 160 bits, the length of the hash, as RFC 4226 section 4 recommends.
    private static let secretByteCount = 20

    /// A secret that is not in use yet.
    package struct Enrolment: Sendable, CustomStringConvertible, CustomReflectable {
        /// The secret in base32, for typing.
        package let secret: String
        /// The secret as authenticator apps read it from a QR code (`otpauth:`).
        package let uri: String

        /// Not the secret: this is what a log would show.
        package var description: String { "<a second factor>" }

        /// Empty, so that dumping a structure does not show the secret in it.
        package var customMirror: Mirror { Mirror(self, children: []) }
    }

    /// Whether an account has a second factor.
    package struct Status: Hashable, Sendable {
        package let isOn: Bool
        package let recoveryCodesLeft: Int64
    }

    private let context: IdentityContext

    init(_ context: IdentityContext) {
        self.context = context
    }

    /// Whether logins of an account need a code.
    package func status(of username: Username) async throws -> Status {
        try await context.database.read { connection in
            Status(
                isOn: try SecondFactorTable.factor(of: username, in: connection)?.isOn ?? false,
                recoveryCodesLeft: try SecondFactorTable.recoveryCodesLeft(of: username, in: connection))
        }
    }

    /// Makes a secret; logins need no code before ``confirm(_:of:)``. Throws `totp_enabled` when they do already.
    package func begin(_ username: Username) async throws -> Enrolment {
        let secret = try SecretBytes(randomCount: Self.secretByteCount)
        let clock = context.clock
        try await context.database.write { connection in
            if try SecondFactorTable.factor(of: username, in: connection)?.isOn == true { throw Self.isOnAlready() }
            try SecondFactorTable.begin(secret, of: username, at: clock.now, in: connection)
        }
        let text = secret.withUnsafeBytes { Base32.encode($0) }
        let issuer = Self.escaped(context.configuration.issuer)
        let uri =
            "otpauth://totp/\(issuer):\(username)?secret=\(text)&issuer=\(issuer)&algorithm=SHA1"
            + "&digits=\(OneTimeCode.digits)&period=\(OneTimeCode.stepMilliseconds / 1000)"
        return Enrolment(secret: text, uri: uri)
    }

    /// Turns the second factor on for who shows a code of the new secret; gives the recovery codes, this once.
    ///
    /// Throws `totp_enabled`, and `invalid_field` for a wrong code or without ``begin(_:)``.
    package func confirm(_ code: String, of username: Username) async throws -> [String] {
        let recovery = try (0..<RecoveryCode.count).map { _ in try RecoveryCode.random() }
        let digests = recovery.compactMap { RecoveryCode.digest($0) }
        let clock = context.clock
        try await context.database.write { connection in
            let now = clock.now
            let factor = try SecondFactorTable.factor(of: username, in: connection)
            if factor?.isOn == true { throw Self.isOnAlready() }
            guard let factor,
                let step = OneTimeCode.acceptedStep(code, secret: factor.secret, at: now, after: factor.lastStep)
            else { throw IdentityError.invalidField("code", "the code is not the one of this moment") }
            try SecondFactorTable.confirm(username, step: step, recovery: digests, at: now, in: connection)
        }
        return recovery
    }

    /// The code that the authenticator of an account shows now; nil without a secret. For tests.
    func code(of username: Username) async throws -> String? {
        let now = context.clock.now
        let factor = try await context.database.read { try SecondFactorTable.factor(of: username, in: $0) }
        return factor.map { OneTimeCode.code(of: now / OneTimeCode.stepMilliseconds, secret: $0.secret) }
    }

    /// Turns the second factor off for who knows the password; false when it was not on. Throws `invalid_credentials`
    /// when the password is wrong.
    package func remove(_ username: Username, password: String) async throws -> Bool {
        let credentials = try await context.database.read { try UserTable.credentials(username, in: $0) }
        guard let credentials, let normalized = PasswordPolicy.normalized(password),
            try await context.hasher.verify(normalized, against: try credentials.known)
        else { throw IdentityError.invalidCredentials() }
        return try await reset(username)
    }

    /// Turns the second factor off on an administrator's word; false when it was not on.
    package func reset(_ username: Username) async throws -> Bool {
        try await context.database.write { try SecondFactorTable.delete(of: username, in: $0) }
    }

    private static func isOnAlready() -> IdentityError {
        IdentityError(.totpEnabled, "the account has a second factor; turn it off first")
    }

    /// Percent-encoded but for letters, digits and `-._~`.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            if isPlain || "-._~".unicodeScalars.contains(scalar) { return String(scalar) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }
        .joined()
    }
}
