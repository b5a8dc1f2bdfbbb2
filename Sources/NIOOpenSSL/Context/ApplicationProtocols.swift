/// ALPN names in the form of the wire: each with its length in one byte before it (RFC 7301 section 3.1).
struct ApplicationProtocols: Sendable {
    let names: [String]
    let wire: [UInt8]

    init(_ names: [String]) throws(TLSError) {
        var wire: [UInt8] = []
        for name in names {
            guard let length = UInt8(exactly: name.utf8.count), length > 0 else {
                throw TLSError(.configurationInvalid, "an ALPN name has 1 to 255 bytes: \"\(name)\"")
            }
            wire.append(length)
            wire.append(contentsOf: name.utf8)
        }
        self.names = names
        self.wire = wire
    }

    /// The place of our most preferred protocol in what the client offers; `nil` when there is none in common.
    func choose(from offered: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        for name in names {
            var place = 0
            while place < offered.count {
                let start = place + 1
                let end = start + Int(offered[place])
                guard end <= offered.count else { return nil }
                if offered[start..<end].elementsEqual(name.utf8) { return start..<end }
                place = end
            }
        }
        return nil
    }
}
