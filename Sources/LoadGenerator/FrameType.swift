/// Tells what a JSON text of the protocol is by its first bytes, without parsing it.
enum FrameType {
    private static let prefix = Array(#"{"type":""#.utf8)

    /// Whether the text starts with `{"type":"message"`, or has that pair further on.
    @inline(__always)
    static func isMessage(_ text: UnsafeRawBufferPointer) -> Bool {
        if text.count >= 17,
            text.loadUnaligned(fromByteOffset: 0, as: UInt64.self) == start,
            text.loadUnaligned(fromByteOffset: 8, as: UInt64.self) == end
        {
            return true
        }
        return isMessageFurtherOn(text)
    }

    /// The value of a leading `type`; empty where the text starts otherwise.
    static func name(_ text: UnsafeRawBufferPointer) -> String {
        guard text.starts(with: prefix) else { return "" }
        return String(decoding: text.dropFirst(prefix.count).prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    /// `{"type":` and `"message` as the words that they are in memory.
    private static let start = word(#"{"type":"#)
    private static let end = word(#""message"#)
    private static let pair = Array(#""type":"message""#.utf8)

    private static func word(_ text: String) -> UInt64 {
        UInt64(littleEndian: text.utf8.reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// For a server that writes `type` after other members. Only looked for in texts that do not start with `type`.
    @inline(never)
    private static func isMessageFurtherOn(_ text: UnsafeRawBufferPointer) -> Bool {
        if text.starts(with: prefix) { return false }
        guard text.count >= pair.count else { return false }
        for start in 0...text.count - pair.count
        where text[start] == UInt8(ascii: "\"") && text[start...].starts(with: pair) {
            return true
        }
        return false
    }
}
