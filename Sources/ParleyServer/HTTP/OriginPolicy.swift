/// Which pages may call the server: an exact list of origins, compared as RFC 6454 serialises them.
struct OriginPolicy: Sendable {
    let allowed: Set<WebOrigin>

    /// Tells whether the values of a request's `Origin` fields are allowed: none at all (not a browser), or one that is
    /// on the list to the letter. `null`, an empty one and two of them are not.
    func allows(_ fields: [String]) -> Bool {
        guard let field = fields.first else { return true }
        guard fields.count == 1, let origin = WebOrigin(field) else { return false }
        // Browsers send the serialised form; anything that only means the same was written by someone else.
        return origin.description == field && allowed.contains(origin)
    }
}
