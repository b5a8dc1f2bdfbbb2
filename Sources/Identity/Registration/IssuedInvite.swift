/// An invite that was just made, with the only copy of its secret.
package struct IssuedInvite: Sendable, CustomStringConvertible, CustomReflectable {
    /// What is kept of it.
    package let invite: Invite
    /// What its bearer registers with; shown once, kept only as a digest.
    package let secret: String

    /// Not the secret: this is what a log would show.
    package var description: String { "<invite \(invite.id)>" }

    /// Empty, so that dumping a structure does not show the secret in it.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
