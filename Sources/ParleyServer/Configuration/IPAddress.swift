import Glibc
package import NIOCore

/// An IPv4 or IPv6 address; an IPv4 address mapped into IPv6 counts as the IPv4 address it carries.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address as a number, the first byte highest.
    let number: UInt128
    /// How many of the low bits of `number` count: 32 or 128.
    let width: Int

    private init(number: UInt128, width: Int) {
        // ::ffff:a.b.c.d, as a dual-stack listener sees IPv4 peers (RFC 4291, section 2.5.5.2).
        if width == 128, number >> 32 == 0xffff {
            self.number = number & 0xffff_ffff
            self.width = 32
        } else {
            self.number = number
            self.width = width
        }
    }

    /// An address of the same family.
    init(number: UInt128, sameKindAs other: IPAddress) {
        self.number = number
        width = other.width
    }

    private init(bytes: some Sequence<UInt8>, width: Int) {
        self.init(number: bytes.reduce(0) { $0 << 8 | UInt128($1) }, width: width)
    }

    /// Parses the text form (RFC 4291, section 2.2, without a zone), nil when `text` is not an address.
    package init?(_ text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(bytes: bytes.prefix(4), width: 32)
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(bytes: bytes, width: 128)
        } else {
            return nil
        }
    }

    /// The address of a peer, nil for a Unix socket.
    package init?(_ address: SocketAddress) {
        guard let text = address.ipAddress else { return nil }
        self.init(text)
    }

    /// The canonical text form (RFC 5952).
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let bytes = stride(from: width - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
        let family = width == 32 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else {
            preconditionFailure("an address of \(width) bits has a text form")
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
