/// Who a socket belongs to, as the upgrade's token said, and how to ask whether that still holds.
package struct SessionCredential: Sendable {
    /// What is stored of a login.
    package struct Details: Sendable {
        /// The device as the login named it.
        package let device: String
        /// Milliseconds since 1970 UTC of the login.
        package let createdAt: Int64

        package init(device: String, createdAt: Int64) {
            self.device = device
            self.createdAt = createdAt
        }
    }

    /// The user's name.
    package let user: UserID
    /// The account's role at this moment, told in `hello`. Never blocks.
    package let accountRole: @Sendable () -> String
    /// The login that the socket belongs to (`sid`).
    package let sessionID: String
    /// What `hello` tells of the login; blocks, so it is asked for on a reader's thread.
    package let details: @Sendable () throws -> Details
    /// Milliseconds since 1970 UTC at which the access token runs out.
    package let accessExpiresAt: Int64
    /// The close code and reason for a session that was revoked or an account that was disabled since, nil while all
    /// is well. Never blocks.
    package let verdict: @Sendable () -> (code: UInt16, reason: String)?

    package init(
        user: UserID, accountRole: @escaping @Sendable () -> String, sessionID: String, accessExpiresAt: Int64,
        details: @escaping @Sendable () throws -> Details,
        verdict: @escaping @Sendable () -> (code: UInt16, reason: String)?
    ) {
        self.user = user
        self.accountRole = accountRole
        self.sessionID = sessionID
        self.details = details
        self.accessExpiresAt = accessExpiresAt
        self.verdict = verdict
    }
}
