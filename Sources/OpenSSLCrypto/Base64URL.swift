/// Strict base64url without padding (RFC 4648 section 5, as RFC 7515 section 2 uses it).
///
/// Padding, other alphabets, white space and trailing bits that are not zero are refused: each value has one spelling.
package enum Base64URL {
    /// How many digits `count` bytes take.
    package static func encodedCount(ofBytes count: Int) -> Int { Base64Alphabet.encodedCount(ofBytes: count) }

    /// How many bytes `count` digits hold, or nil when no value has so many digits.
    package static func decodedCount(ofDigits count: Int) -> Int? { Base64Alphabet.decodedCount(ofDigits: count) }

    /// Encodes into a new string.
    package static func encode(_ bytes: UnsafeRawBufferPointer) -> String { Base64Alphabet.urlSafe.encode(bytes) }

    /// Encodes into a new string.
    package static func encode(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { encode($0) } }

    /// Appends the digits of `bytes` to `text`.
    package static func encode(_ bytes: UnsafeRawBufferPointer, into text: inout [UInt8]) {
        Base64Alphabet.urlSafe.encode(bytes, into: &text)
    }

    /// Decodes without allocating and says how many bytes were written.
    ///
    /// Nil for anything malformed or too long for `bytes`, which may then hold a part of the value.
    package static func decode(_ text: UnsafeRawBufferPointer, into bytes: UnsafeMutableRawBufferPointer) -> Int? {
        Base64Alphabet.urlSafe.decode(text, into: bytes)
    }

    /// Decodes into a new array; nil for anything malformed.
    package static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { Base64Alphabet.urlSafe.decode(UnsafeRawBufferPointer($0)) }
    }
}
