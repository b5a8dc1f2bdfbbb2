/// A range of addresses in CIDR notation (RFC 4632), such as `10.0.0.0/8`; a bare address is a range of one.
package struct AddressRange: Sendable, Hashable, CustomStringConvertible {
    private let base: IPAddress
    private let prefixLength: Int

    /// Parses `ADDRESS/LENGTH` or `ADDRESS`, nil when `text` is neither. Bits beyond the length are ignored.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let base = IPAddress(String(first)) else { return nil }
        // A mapped address written as IPv6 counts its prefix from the IPv6 start.
        let lead = first.contains(":") ? 128 - base.width : 0
        var length = base.width
        if parts.count == 2 {
            guard let written = WholeNumberText.parse(parts[1]), (lead...lead + base.width).contains(written) else {
                return nil
            }
            length = written - lead
        }
        self.base = base
        self.prefixLength = length
    }

    /// Whether the range holds `address`.
    package func contains(_ address: IPAddress) -> Bool {
        guard address.width == base.width else { return false }
        // A shift by the full width of 128 gives 0 in Swift: a range of every address.
        let shift = base.width - prefixLength
        return address.number >> shift == base.number >> shift
    }

    /// Whether the range holds every address of its family.
    package var isEverything: Bool { prefixLength == 0 }

    /// The lowest address, with the length behind it.
    var start: String {
        let shift = base.width - prefixLength
        return "\(IPAddress(number: (base.number >> shift) << shift, sameKindAs: base))/\(prefixLength)"
    }

    /// `ADDRESS/LENGTH`.
    package var description: String { "\(base)/\(prefixLength)" }
}
