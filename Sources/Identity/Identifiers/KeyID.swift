import OpenSSLCrypto

/// The id of a pair of signing keys (`kid`): 1 to 32 letters, digits, `-` and `_`.
package struct KeyID: Hashable, Sendable, CustomStringConvertible {
    /// The longest id, in characters (all are ASCII).
    static let maximumCount = 32

    /// The id as text.
    package let text: String

    /// Makes a new one of 64 random bits, in hexadecimal; throws `CryptoError` when there is no randomness.
    package static func random() throws -> KeyID {
        KeyID(stored: String(try RandomBytes.integer() as UInt64, radix: 16))
    }

    /// Nil for anything that is not such an id.
    package init?(_ text: String) {
        let isValid = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isValid, (1...Self.maximumCount).contains(text.utf8.count) else { return nil }
        self.text = text
    }

    /// Takes an id that the database has kept.
    init(stored text: String) {
        self.text = text
    }

    package var description: String { text }
}
