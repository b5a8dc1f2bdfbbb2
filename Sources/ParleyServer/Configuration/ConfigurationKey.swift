/// One key of the configuration: its name, its default, what it accepts and what it does.
package struct ConfigurationKey: Sendable, Equatable {
    /// What a key's value looks like.
    enum Kind: Sendable, Equatable {
        /// Text of 1 to 128 printable ASCII characters.
        case text
        /// A room's slug.
        case slug
        /// A file or folder; may be empty where the default is.
        case path
        /// `HOST:PORT`.
        case address
        /// An https origin, or nothing.
        case httpsOrigin
        /// A list of origins.
        case origins
        /// A list of address ranges.
        case addressRanges
        /// A whole number.
        case count(ClosedRange<Int>)
        /// A number of bytes.
        case size(ClosedRange<Int>)
        /// A length of time.
        case duration(ClosedRange<Duration>)
        /// One of a few words.
        case choice([String])
    }

    /// The dotted name, `group.key`, as in the file.
    package let name: String
    /// The default as the file writes it; `[]` for an empty list, nothing for an empty text.
    package let defaultText: String
    /// What the value looks like.
    let kind: Kind
    /// What the key does, one line, without a full stop.
    package let summary: String

    init(_ name: String, _ defaultText: String, _ kind: Kind, _ summary: String) {
        self.name = name
        self.defaultText = defaultText
        self.kind = kind
        self.summary = summary
    }

    /// The environment variable that sets the key.
    package var environmentName: String {
        "PARLEY_" + name.uppercased().replacing(".", with: "_")
    }

    /// The parts of the dotted name.
    var components: [String] { name.split(separator: ".").map(String.init) }

    /// Whether the value is a list: a YAML sequence, or words with commas between them.
    package var isList: Bool { kind == .origins || kind == .addressRanges }

    /// What the key accepts, in words that follow "is not".
    package var accepted: String {
        switch kind {
        case .text: "a text of 1 to 128 printable ASCII characters"
        case .slug: "a room's slug: up to 64 of a-z, 0-9, - and _, starting with a letter or digit, not with dm-"
        case .path: "a path"
        case .address: "HOST:PORT, such as 0.0.0.0:8443 or [::]:8443"
        case .httpsOrigin: "https://HOST or https://HOST:PORT, without a path"
        case .origins: "an origin such as https://chat.example.org or https://localhost:8443"
        case .addressRanges: "an address range such as 10.0.0.0/8, 192.0.2.1 or 2001:db8::/32"
        case .count(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .size(let range):
            "a size such as 64KiB or 1MiB (units B, KiB, MiB, GiB) from \(ByteSizeText.format(range.lowerBound)) "
                + "to \(ByteSizeText.format(range.upperBound))"
        case .duration(let range):
            "a duration such as 500ms, 25s, 10m or 14d (units ms, s, m, h, d) from "
                + "\(DurationText.format(range.lowerBound)) to \(DurationText.format(range.upperBound))"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        }
    }
}
