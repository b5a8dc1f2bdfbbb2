/// What happened, as the audit log's stable word.
package struct AuditKind: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The server started, with these settings.
    package static let serverStarted = AuditKind(rawValue: "server_started")
    /// Somebody logged in.
    package static let login = AuditKind(rawValue: "login")
    /// A login was refused.
    package static let loginFailed = AuditKind(rawValue: "login_failed")
    /// A login was refused unread: too many failures before it.
    package static let loginThrottled = AuditKind(rawValue: "login_throttled")
    /// Somebody logged out.
    package static let logout = AuditKind(rawValue: "logout")
    /// A refresh token of this server was refused.
    package static let refreshRefused = AuditKind(rawValue: "refresh_refused")
    /// A refresh token was used again after its successor; its session was ended.
    package static let refreshReuse = AuditKind(rawValue: "refresh_reuse")
    /// Sessions were ended; the details are the receipt.
    package static let revocation = AuditKind(rawValue: "revocation")
    /// An account was made.
    package static let accountCreated = AuditKind(rawValue: "account_created")
    /// An account was disabled.
    package static let accountDisabled = AuditKind(rawValue: "account_disabled")
    /// An account was enabled.
    package static let accountEnabled = AuditKind(rawValue: "account_enabled")
    /// An account was deleted.
    package static let accountDeleted = AuditKind(rawValue: "account_deleted")
    /// A password was set.
    package static let passwordChanged = AuditKind(rawValue: "password_changed")
    /// A second factor was turned on.
    package static let totpEnabled = AuditKind(rawValue: "totp_enabled")
    /// A second factor was turned off.
    package static let totpDisabled = AuditKind(rawValue: "totp_disabled")
    /// A login used up a recovery code.
    package static let recoveryCodeUsed = AuditKind(rawValue: "recovery_code_used")
    /// A role was set.
    package static let roleChanged = AuditKind(rawValue: "role_changed")
    /// A new signing key signs.
    package static let keyRotated = AuditKind(rawValue: "key_rotated")
    /// A signing key was taken out.
    package static let keyRevoked = AuditKind(rawValue: "key_revoked")
    /// An invite was made.
    package static let inviteCreated = AuditKind(rawValue: "invite_created")
    /// An invite was deleted.
    package static let inviteDeleted = AuditKind(rawValue: "invite_deleted")
    /// A room was made, changed or deleted, or its members were.
    package static let room = AuditKind(rawValue: "room")
    /// A bot has a new key.
    package static let botKeyMade = AuditKind(rawValue: "bot_key_made")
    /// A bot's key was taken.
    package static let botKeyRevoked = AuditKind(rawValue: "bot_key_revoked")
    /// A bot was bound to other addresses.
    package static let botBound = AuditKind(rawValue: "bot_bound")
    /// A webhook was made for a room.
    package static let webhookCreated = AuditKind(rawValue: "webhook_created")
    /// A webhook's address was taken out of use.
    package static let webhookRevoked = AuditKind(rawValue: "webhook_revoked")
    /// Failed logins were forgotten on an administrator's word.
    package static let throttleCleared = AuditKind(rawValue: "throttle_cleared")
    /// Old entries were deleted.
    package static let auditPruned = AuditKind(rawValue: "audit_pruned")
    /// The log begins anew under a new key.
    package static let auditKeyMade = AuditKind(rawValue: "audit_key_made")
    /// The log did not end where its signed head says when the server started.
    package static let auditTruncated = AuditKind(rawValue: "audit_truncated")
    /// The log's signed head was missing or not good when the server started.
    package static let auditHeadLost = AuditKind(rawValue: "audit_head_lost")
    /// Entries were not written because the disk could not keep up.
    package static let auditOverflow = AuditKind(rawValue: "audit_overflow")
}
