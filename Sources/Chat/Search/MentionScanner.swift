/// Finds `@name` in a text: an at sign that does not stand behind a letter, and the form of a username.
enum MentionScanner {
    /// Calls `body` for each mention with the name and its range, the at sign included, in UTF-16 offsets.
    static func forEach(in text: String, _ body: (UserID, Range<Int>) -> Void) {
        var text = text
        text.withUTF8 { utf8 in
            var offset = 0
            var index = 0
            while index < utf8.count {
                let byte = utf8[index]
                if byte == UInt8(ascii: "@"), index == 0 || !isName(utf8[index - 1], isFirst: true),
                    let name = name(in: utf8, from: index + 1)
                {
                    let length = name.utf8.count + 1
                    body(UserID(stored: name.lowercased()), offset..<offset + length)
                    offset += length
                    index += length
                } else {
                    // A scalar of four bytes takes two units of UTF-16; bytes that continue a scalar take none.
                    offset += byte >= 0xF0 ? 2 : (byte & 0xC0 == 0x80 ? 0 : 1)
                    index += 1
                }
            }
        }
    }

    /// The name that starts there, without the full stop or hyphen of the sentence behind it.
    private static func name(in utf8: UnsafeBufferPointer<UInt8>, from start: Int) -> String? {
        var end = start
        while end < utf8.count, isName(utf8[end], isFirst: end == start) { end += 1 }
        while end > start, utf8[end - 1] == UInt8(ascii: ".") || utf8[end - 1] == UInt8(ascii: "-") { end -= 1 }
        guard (1...32).contains(end - start) else { return nil }
        return String(decoding: UnsafeBufferPointer(rebasing: utf8[start..<end]), as: UTF8.self)
    }

    private static func isName(_ byte: UInt8, isFirst: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"): !isFirst
        default: false
        }
    }
}
