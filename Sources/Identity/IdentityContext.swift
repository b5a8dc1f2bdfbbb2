import Database

/// What the services of this target share.
struct IdentityContext: Sendable {
    let database: any DatabaseEngine
    let configuration: IdentityConfiguration
    let clock: WallClock
    let ring: KeyRing
    let tokens: Tokens
    let hasher: PasswordHasher
    let directory: AccountDirectory
    let revocations: RevocationList

    /// Takes a committed revocation into memory: from now on no access token of these sessions is good.
    func publish(_ outcome: SessionTable.Revocation) -> Revoked {
        revocations.insert(outcome.entries)
        return outcome.revoked
    }

    /// A text for people to read: 1 to `maximum` code points, not only spaces, no control characters.
    static func accepted(_ text: String, maximum: Int, field: String) throws -> String {
        let isValid =
            text.utf8.count <= maximum * 4 && (1...maximum).contains(text.unicodeScalars.count)
            && text.unicodeScalars.contains { !$0.properties.isWhitespace }
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard isValid else {
            throw IdentityError.invalidField(
                field, "\(field) must be 1 to \(maximum) characters, not only spaces and without control characters")
        }
        return text
    }
}
