/// Says which address a client has, with proxies that are trusted in between.
struct ClientAddress: Sendable {
    let server: ParleyConfiguration.Server

    /// The last address of `X-Forwarded-For` that no trusted proxy has, walking back from the peer. A peer that is not
    /// trusted is the client, whatever it says.
    func client(peer: IPAddress, forwarded: [String]) -> IPAddress {
        var client = peer
        for hop in forwarded.flatMap({ $0.split(separator: ",") }).reversed() {
            guard server.trusts(client), let address = IPAddress(hop.trimmed) else { break }
            client = address
        }
        return client
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmed: String {
        var text = drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
