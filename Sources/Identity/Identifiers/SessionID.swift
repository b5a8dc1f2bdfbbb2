import OpenSSLCrypto

/// The id of what one login created (`sid`): 128 random bits, written as 22 digits of base64url, the first no hyphen.
package struct SessionID: Hashable, Sendable, CustomStringConvertible {
    private static let byteCount = 16
    /// Its length as text.
    static let digitCount = 22

    // A number and not a text: it is compared and hashed for each token, and needs no memory of its own.
    private let bits: UInt128

    private init(bits: UInt128) {
        self.bits = bits
    }

    /// Makes a new one; throws `CryptoError` when there is no randomness.
    package static func random() throws -> SessionID {
        while true {
            let id = SessionID(bits: try RandomBytes.integer())
            // A command line takes a word that starts with a hyphen for an option.
            if !id.text.hasPrefix("-") { return id }
        }
    }

    /// Nil for anything that is not such an id.
    package init?(_ text: String) {
        var text = text
        let read = text.withUTF8 { SessionID(utf8: UnsafeRawBufferPointer($0)) }
        guard let read else { return nil }
        self = read
    }

    /// Nil for anything that is not such an id.
    package init?(utf8: UnsafeRawBufferPointer) {
        guard utf8.count == Self.digitCount else { return nil }
        var bits: UInt128 = 0
        let count = withUnsafeMutableBytes(of: &bits) { Base64URL.decode(utf8, into: $0) }
        guard count == Self.byteCount else { return nil }
        self.bits = bits
    }

    /// The 22 digits.
    package var text: String { withUnsafeBytes(of: bits) { Base64URL.encode($0) } }

    package var description: String { text }

    /// A number that is spread evenly over the ids, since they are random.
    var spread: UInt64 { UInt64(truncatingIfNeeded: bits) }
}
