/// Where the server listens: a host name or address, and a port.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A host name, an IPv4 address, or an IPv6 address without brackets.
    package let host: String
    /// The TCP port, 0 for any free one.
    package let port: Int

    /// An address from its parts, which are taken as they are.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Parses `HOST:PORT`, IPv6 in brackets (`[::]:8443`); nil when `text` is not that.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let port = WholeNumberText.parse(text[text.index(after: colon)...])
        guard let port, (0...65_535).contains(port) else { return nil }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = String(host.dropFirst().dropLast())
            guard address.contains(":"), IPAddress(address) != nil else { return nil }
            self.init(host: address, port: port)
        } else {
            guard HostName.isValid(host) else { return nil }
            self.init(host: String(host), port: port)
        }
    }

    /// `HOST:PORT`, IPv6 in brackets.
    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
