/// Where a Parley server listens: the host and port of its base URL, and what is derived from them.
public struct ServerAddress: Sendable, Equatable, CustomStringConvertible {
    /// The host name or address, without the brackets of an IPv6 literal.
    public let host: String
    /// The TCP port; 443 where the URL names none.
    public let port: Int

    /// Reads `https://host[:port][/]`.
    ///
    /// - Throws: ``ClientError`` with the code `invalidURL` for another scheme, a path, a query, credentials or a bad
    ///   port.
    public init(url: String) throws {
        func invalid(_ reason: String) -> ClientError { ClientError(.invalidURL, "\(url): \(reason)") }
        guard let scheme = url.range(of: "://") else { throw invalid("expected https://host:port") }
        let name = url[..<scheme.lowerBound].lowercased()
        guard name == "https" || name == "wss" else { throw invalid("the scheme must be https") }
        var rest = url[scheme.upperBound...]
        if rest.last == "/" { rest.removeLast() }
        guard !rest.contains(where: { "/?#@".contains($0) || $0.isWhitespace }) else {
            throw invalid("only a host and a port may follow the scheme")
        }
        var portText: Substring?
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { throw invalid("the bracket is not closed") }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            let after = rest[rest.index(after: end)...]
            if !after.isEmpty {
                guard after.first == ":" else { throw invalid("a port starts with a colon") }
                portText = after.dropFirst()
            }
        } else {
            let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = parts.first.map(String.init) ?? ""
            if parts.count == 2 { portText = parts[1] }
        }
        guard !host.isEmpty else { throw invalid("the host is missing") }
        if let portText {
            guard let number = UInt16(portText), number > 0 else { throw invalid("the port must be 1 to 65535") }
            port = Int(number)
        } else {
            port = 443
        }
    }

    /// The value of a `Host` header: the port is left out where it is the scheme's own.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 443 ? name : "\(name):\(port)"
    }

    /// The value of an `Origin` header (RFC 6454 §6.2).
    public var origin: String { "https://\(authority)" }

    /// The base URL.
    public var description: String { origin }
}

extension StringProtocol {
    /// The first place of `text`, found without Foundation.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
