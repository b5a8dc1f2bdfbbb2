/// A user's name, which is its own id and never changes: `[a-z0-9][a-z0-9._-]{0,31}`.
package struct Username: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The longest name, in characters (all are ASCII).
    package static let maximumCount = 32

    /// Names under which the audit log and rooms tell of what the host itself does; nobody can take them.
    static let reserved: Set<Username> = [Username(stored: "operator"), Username(stored: "server")]

    /// The name as text.
    package let text: String

    /// Nil for anything that is not such a name; nothing is folded or trimmed.
    package init?(_ text: String) {
        var text = text
        let isValid = text.withUTF8 { Self.isValid(UnsafeRawBufferPointer($0)) }
        guard isValid else { return nil }
        self.text = text
    }

    /// Nil for anything that is not such a name.
    package init?(utf8: UnsafeRawBufferPointer) {
        guard Self.isValid(utf8) else { return nil }
        text = String(decoding: utf8, as: UTF8.self)
    }

    /// Takes a name that the database has kept.
    init(stored text: String) {
        self.text = text
    }

    package var description: String { text }

    package static func < (left: Username, right: Username) -> Bool { left.text < right.text }

    private static func isValid(_ utf8: UnsafeRawBufferPointer) -> Bool {
        guard let first = utf8.first, utf8.count <= maximumCount, isLetterOrDigit(first) else { return false }
        return utf8.allSatisfy {
            isLetterOrDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
