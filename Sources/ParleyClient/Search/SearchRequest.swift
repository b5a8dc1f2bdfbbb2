/// What to look for among the messages that the user may read.
public struct SearchRequest: Sendable, Equatable {
    /// Words, `"phrases"`, and filters: `from:user in:room before:DATE after:DATE has:link|file`.
    public var query: String
    /// Only this room.
    public var room: String?
    /// Only this author.
    public var from: String?
    /// Only messages from then on; RFC 3339, or a date.
    public var since: String?
    /// Only messages before then; RFC 3339, or a date.
    public var until: String?
    /// Messages of a page, at the most.
    public var limit: Int?
    /// The ``SearchPage/cursor`` of the page before.
    public var cursor: String?

    /// A search for words, in all rooms unless more is set.
    public init(_ query: String, room: String? = nil, from: String? = nil, limit: Int? = nil) {
        self.query = query
        self.room = room
        self.from = from
        self.limit = limit
    }

    /// The path with its query, percent-encoded.
    var path: String {
        let fields: [(String, String?)] = [
            ("q", query), ("room", room), ("from", from), ("since", since), ("until", until),
            ("limit", limit.map { String($0) }), ("cursor", cursor),
        ]
        let pairs = fields.compactMap { name, value in value.map { "\(name)=\(Self.encoded($0))" } }
        return "/api/v1/search?" + pairs.joined(separator: "&")
    }

    /// The text with everything but the unreserved characters of RFC 3986 percent-encoded.
    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
