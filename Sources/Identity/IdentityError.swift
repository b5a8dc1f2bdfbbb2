/// Why an account, session, key or invite operation was refused; equal when the codes are.
package struct IdentityError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A stable word, as the protocol's problem documents carry it.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// No token was sent.
        package static let noToken = Code(rawValue: "no_token")
        /// A token that this server did not make, or did not make for this use.
        package static let invalidToken = Code(rawValue: "invalid_token")
        /// A good token whose time is over.
        package static let tokenExpired = Code(rawValue: "token_expired")
        /// The token's session was ended.
        package static let sessionRevoked = Code(rawValue: "session_revoked")
        /// A refresh token was used again after its successor; its session has been ended.
        package static let refreshReuse = Code(rawValue: "refresh_reuse")
        /// The account is disabled.
        package static let accountDisabled = Code(rawValue: "account_disabled")
        /// Wrong password or no such account; which one is not told.
        package static let invalidCredentials = Code(rawValue: "invalid_credentials")
        /// The account has a second factor, and no code came or a wrong one; then ``IdentityError/field`` is `totp`.
        package static let totpRequired = Code(rawValue: "totp_required")
        /// The account has a second factor already.
        package static let totpEnabled = Code(rawValue: "totp_enabled")
        /// Too many passwords wait to be hashed: come back later (503).
        package static let overloaded = Code(rawValue: "overloaded")
        /// A field breaks its rule; ``IdentityError/field`` names it.
        package static let invalidField = Code(rawValue: "invalid_field")
        /// The name belongs to another account.
        package static let usernameTaken = Code(rawValue: "username_taken")
        /// There is no such account.
        package static let userNotFound = Code(rawValue: "user_not_found")
        /// There is no such session.
        package static let sessionNotFound = Code(rawValue: "session_not_found")
        /// There is no such signing key.
        package static let keyNotFound = Code(rawValue: "key_not_found")
        /// There is no such invite.
        package static let inviteNotFound = Code(rawValue: "invite_not_found")
        /// Nobody may register here.
        package static let registrationClosed = Code(rawValue: "registration_closed")
        /// Registering takes an invite.
        package static let inviteRequired = Code(rawValue: "invite_required")
        /// The invite is unknown, used up or over.
        package static let invalidInvite = Code(rawValue: "invalid_invite")
        /// The key file cannot be used; the reason says what to do.
        package static let keyRingUnusable = Code(rawValue: "key_ring_unusable")
        /// A setting is outside its range.
        package static let invalidConfiguration = Code(rawValue: "invalid_configuration")
    }

    /// The stable word.
    package let code: Code
    /// What happened, for people; never holds a secret.
    package let reason: String
    /// The field that broke its rule, with the code `invalid_field`.
    package let field: String?
    /// The source file that made the error.
    package let file: StaticString
    /// The line of that file.
    package let line: UInt

    @inline(never)
    package init(
        _ code: Code, _ reason: String, field: String? = nil, file: StaticString = #fileID, line: UInt = #line
    ) {
        self.code = code
        self.reason = reason
        self.field = field
        self.file = file
        self.line = line
    }

    package static func == (left: IdentityError, right: IdentityError) -> Bool {
        left.code == right.code && left.field == right.field
    }

    package var description: String { "\(code.rawValue): \(reason)" }

    /// A field that breaks its rule.
    @inline(never)
    static func invalidField(
        _ field: String, _ reason: String, file: StaticString = #fileID, line: UInt = #line
    ) -> IdentityError {
        IdentityError(.invalidField, reason, field: field, file: file, line: line)
    }

    /// The one answer to a login that fails.
    @inline(never)
    static func invalidCredentials(file: StaticString = #fileID, line: UInt = #line) -> IdentityError {
        IdentityError(.invalidCredentials, "the user name or the password is wrong", file: file, line: line)
    }

    @inline(never)
    static func userNotFound(
        _ username: Username, file: StaticString = #fileID, line: UInt = #line
    ) -> IdentityError {
        IdentityError(.userNotFound, "there is no user \(username)", file: file, line: line)
    }
}
