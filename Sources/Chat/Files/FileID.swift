import OpenSSLCrypto

/// The id of an uploaded file: 128 random bits in base64url, so that nobody finds one by trying.
package struct FileID: Hashable, Sendable, CustomStringConvertible {
    /// The id as it is written everywhere.
    package let description: String

    /// Takes an id of the right form, nil for any other.
    package init?(_ text: some StringProtocol) {
        let utf8 = text.utf8
        guard utf8.count == 22, utf8.allSatisfy(Self.isDigit) else { return nil }
        description = String(text)
    }

    /// Takes an id that was checked when it was stored.
    package init(stored text: String) { description = text }

    /// Makes a new one; throws `CryptoError` when there is no randomness.
    package static func random() throws -> FileID {
        FileID(stored: Base64URL.encode(try RandomBytes.make(count: 16)))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
