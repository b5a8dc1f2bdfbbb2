/// The parts of a `Set-Cookie` header that a Parley client acts on (RFC 6265 §5.2).
struct SetCookie: Equatable {
    var name: String
    var value: String
    /// Seconds of life from now; zero or less clears the cookie; nil keeps it as long as the client lives.
    var maximumAge: Int64?

    /// Reads one header value; nil where it has no name.
    init?(_ header: String) {
        let parts = header.split(separator: ";", omittingEmptySubsequences: false)
        guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { return nil }
        name = Self.trimmed(pair[..<equals])
        value = Self.trimmed(pair[pair.index(after: equals)...])
        guard !name.isEmpty else { return nil }
        for attribute in parts.dropFirst() {
            let halves = attribute.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, Self.trimmed(halves[0]).lowercased() == "max-age" else { continue }
            if let seconds = Int64(Self.trimmed(halves[1])) { maximumAge = seconds }
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
