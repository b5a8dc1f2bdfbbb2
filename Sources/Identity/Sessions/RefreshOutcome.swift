/// What came of a refresh.
package enum RefreshOutcome: Sendable {
    /// New tokens; the session's live sockets are extended.
    case renewed(Login)
    /// The token was refused; the session, if there is one, is as it was.
    case refused(TokenDefect)
    /// The token was used after its time: its session has been ended (code `refresh_reuse`), or was already.
    case reused(RefreshToken, Revoked)
}
