/// The cookies of a request (RFC 6265, section 5.4), read without allocation for each.
package struct CookieHeader {
    /// What the fields say of one cookie.
    package enum Lookup: Equatable {
        case missing
        case one(Substring)
        /// Sent more than once: which one counts would be a guess.
        case repeated
    }

    private let fields: [String]

    /// Takes the values of all `Cookie` fields of the head.
    package init(_ fields: [String]) { self.fields = fields }

    /// The cookie of that name.
    package func value(of name: String) -> Lookup {
        var found: Substring?
        for field in fields {
            for pair in field.split(separator: ";", omittingEmptySubsequences: true) {
                let pair = pair.drop { $0 == " " || $0 == "\t" }
                guard let sign = pair.firstIndex(of: "="), pair[..<sign] == name else { continue }
                if found != nil { return .repeated }
                found = pair[pair.index(after: sign)...]
            }
        }
        return found.map { .one($0) } ?? .missing
    }
}
