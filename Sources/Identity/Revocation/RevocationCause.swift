/// Whether a session ended by itself or with its account: the answers to its tokens differ.
enum RevocationCause: String, Sendable {
    /// Its tokens are answered with `session_revoked`.
    case session
    /// Its tokens are answered with `account_disabled` as long as the account is.
    case accountDisabled = "account_disabled"
}
