/// Who is behind a good access token.
package struct Caller: Sendable {
    /// What the token says.
    package let token: AccessToken
    /// The account as it is now; its role counts, not the token's.
    package let user: User
}
