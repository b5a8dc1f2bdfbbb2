import Foundation

/// What a password must be, and the one form in which it is hashed.
enum PasswordPolicy {
    private static let counts = 8...256

    /// The password in Unicode's form NFC, in which it counts as 8 to 256 code points and is not the user's name.
    ///
    /// Throws `invalid_field` with `field` as the field's name.
    static func accepted(_ password: String, for username: Username, field: String) throws -> String {
        guard let normalized = normalized(password), counts.contains(normalized.unicodeScalars.count) else {
            throw IdentityError.invalidField(
                field, "a password has \(counts.lowerBound) to \(counts.upperBound) characters")
        }
        guard normalized.lowercased() != username.text else {
            throw IdentityError.invalidField(field, "the password is the user name")
        }
        return normalized
    }

    /// The form NFC; nil for what is too long to be a password, whatever its form.
    static func normalized(_ password: String) -> String? {
        // Far above what so many code points take in any form; normalising more would only cost time.
        guard password.utf8.count <= 16 * 1024 else { return nil }
        let normalized = password.precomposedStringWithCanonicalMapping
        return normalized.unicodeScalars.count <= counts.upperBound ? normalized : nil
    }
}
