import Foundation

/// What a password must be, and the one form in which it is hashed.
enum PasswordPolicy {
    private static let counts = 8...256

    /// The password in Unicode's form NFC, in which it counts as 8 to 256 code points, is not the user's
    /// name, also with digits and signs around it, and none of the most common passwords.
    ///
    /// Throws `invalid_field` with `field` as the field's name.
    static func accepted(_ password: String, for username: Username, field: String) throws -> String {
        guard let normalized = normalized(password), counts.contains(normalized.unicodeScalars.count) else {
            throw IdentityError.invalidField(
                field, "a password has \(counts.lowerBound) to \(counts.upperBound) characters")
        }
        let (password, name) = (normalized.lowercased(), username.text)
        guard password != name, core(password) == nil || core(password) != core(name) else {
            throw IdentityError.invalidField(field, "the password is the user name")
        }
        guard !CommonPasswordList.contains(normalized) else {
            throw IdentityError.invalidField(field, "the password is one of the most common ones")
        }
        return normalized
    }

    /// A text without what is no letter at both its ends; nil when that is all of it.
    private static func core(_ text: String) -> Substring? {
        guard let first = text.firstIndex(where: \.isLetter), let last = text.lastIndex(where: \.isLetter) else {
            return nil
        }
        return text[first...last]
    }

    /// The form NFC; nil for what is too long to be a password, whatever its form.
    static func normalized(_ password: String) -> String? {
        // Far above what so many code points take in any form; normalising more would only cost time.
        guard password.utf8.count <= 16 * 1024 else { return nil }
        let normalized = password.precomposedStringWithCanonicalMapping
        return normalized.unicodeScalars.count <= counts.upperBound ? normalized : nil
    }
}
