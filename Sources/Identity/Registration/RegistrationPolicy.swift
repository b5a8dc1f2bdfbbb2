/// Who may make an account (`auth.registration`).
package enum RegistrationPolicy: String, Sendable, CaseIterable {
    /// Nobody but an administrator.
    case closed
    /// Who has an invite.
    case invite
    /// Anyone.
    case open
}
