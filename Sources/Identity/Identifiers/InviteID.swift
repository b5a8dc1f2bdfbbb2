import OpenSSLCrypto

/// The id of an invite, by which it is listed and deleted; it is not its secret.
package struct InviteID: Hashable, Sendable, CustomStringConvertible {
    /// The id as text.
    package let text: String

    /// Makes a new one of 64 random bits, in hexadecimal; throws `CryptoError` when there is no randomness.
    static func random() throws -> InviteID {
        InviteID(String(try RandomBytes.integer() as UInt64, radix: 16))
    }

    /// Takes what may be the id of an invite.
    package init(_ text: String) {
        self.text = text
    }

    package var description: String { text }
}
