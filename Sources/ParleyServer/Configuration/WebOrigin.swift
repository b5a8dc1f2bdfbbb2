/// A web origin (RFC 6454): scheme, host and port, in a normal form that can be compared.
package struct WebOrigin: Sendable, Hashable, CustomStringConvertible {
    /// `https` or `http`.
    package let scheme: String
    /// The host in lower case, an IPv6 address in brackets and in its canonical form.
    package let host: String
    /// The port, written or implied by the scheme.
    package let port: Int

    /// The origin of `https://host:port`; `host` is taken as it is.
    package init(httpsHost host: String, port: Int) {
        self.scheme = "https"
        self.host = host
        self.port = port
    }

    /// Parses an `Origin` header's value; nil for `null`, for the empty string and for anything with a path or a user.
    package init?(_ text: some StringProtocol) {
        let scheme: String
        if text.hasPrefix("https://") {
            scheme = "https"
        } else if text.hasPrefix("http://") {
            scheme = "http"
        } else {
            return nil
        }
        let authority = text.dropFirst(scheme.utf8.count + 3)
        let host: String
        let rest: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]"),
                let address = IPAddress(String(authority[..<end].dropFirst())), address.width == 128
            else { return nil }
            host = "[\(address)]"
            rest = Substring(authority[end...].dropFirst())
        } else {
            let end = authority.firstIndex(of: ":") ?? authority.endIndex
            guard HostName.isValid(authority[..<end]) else { return nil }
            host = authority[..<end].lowercased()
            rest = Substring(authority[end...])
        }
        let implied = scheme == "https" ? 443 : 80
        if rest.isEmpty {
            self.port = implied
        } else {
            guard rest.hasPrefix(":"), let port = WholeNumberText.parse(rest.dropFirst()), (1...65_535).contains(port)
            else { return nil }
            self.port = port
        }
        self.scheme = scheme
        self.host = host
    }

    /// The serialised origin, as browsers send it: a port that the scheme implies is left out.
    package var description: String {
        let implied = scheme == "https" ? 443 : 80
        return port == implied ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)"
    }
}
