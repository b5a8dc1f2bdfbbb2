/// The boundary that a `Content-Type: multipart/form-data` names (RFC 2046 section 5.1.1).
package struct MultipartBoundary: Sendable, Equatable {
    /// The boundary's bytes, 1 to 70.
    let bytes: [UInt8]

    /// Takes the value of a `Content-Type`; nil where it is another type, or has no boundary or one that is not allowed.
    package init?(contentType: String) {
        guard let value = HeaderValue(contentType), value.word.lowercased() == "multipart/form-data",
            let boundary = value.parameter("boundary")
        else { return nil }
        bytes = Array(boundary.utf8)
        guard (1...70).contains(bytes.count), bytes.last != UInt8(ascii: " "), bytes.allSatisfy(Self.isAllowed) else {
            return nil
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "'()+_,-./:=? ".utf8.contains(byte)
        }
    }
}
