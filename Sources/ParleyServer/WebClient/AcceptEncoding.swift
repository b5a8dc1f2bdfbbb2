/// What an `Accept-Encoding` field says of one coding (RFC 9110, section 12.5.3).
enum AcceptEncoding {
    /// Whether the field's value allows gzip: named, or covered by `*`, with a weight above nothing.
    static func allowsGzip(_ value: String?) -> Bool {
        var byStar = false
        for item in (value ?? "").split(separator: ",") {
            let parts = item.split(separator: ";").map { $0.trimmed }
            guard let coding = parts.first?.lowercased() else { continue }
            let weights = parts.dropFirst().filter { $0.lowercased().hasPrefix("q=") }
            let isRefused = weights.contains { Double($0.dropFirst(2)) ?? 1 <= 0 }
            if coding == "gzip" || coding == "x-gzip" { return !isRefused }
            if coding == "*" { byStar = !isRefused }
        }
        return byStar
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        guard let end = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...end]
    }
}
