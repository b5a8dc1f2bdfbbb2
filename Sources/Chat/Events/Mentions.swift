/// Finds who is named in a text: `@username`, in any case, where nothing stands before it that could make it an address.
enum Mentions {
    /// Those of the names for which `isMember` holds, in the order in which they first appear, none twice.
    static func names(in text: String, isMember: (UserID) -> Bool) -> [UserID] {
        var names: [UserID] = []
        forEach(in: text, where: isMember) { name, _ in if !names.contains(name) { names.append(name) } }
        return names
    }

    /// Calls `body` for each mention of a name for which `isMember` holds, with where it stands, the at sign included,
    /// in UTF-16 units.
    static func forEach(in text: String, where isMember: (UserID) -> Bool, _ body: (UserID, Range<Int>) -> Void) {
        var text = text
        text.withUTF8 { utf8 in
            var (start, units) = (0, 0)
            while let at = utf8[start...].firstIndex(of: UInt8(ascii: "@")) {
                units += utf16Count(utf8[start..<at])
                var end = at + 1
                while end < utf8.count, isPartOfName(utf8[end]) { end += 1 }
                // What stands in front of an address's @ is a name, too; a letter of another script is none.
                let isAddress = at > 0 && (isPartOfName(utf8[at - 1]) || utf8[at - 1] == UInt8(ascii: "@"))
                if !isAddress, let name = name(utf8[(at + 1)..<end], isMember) {
                    body(name, units..<units + 1 + name.description.utf8.count)
                }
                units += end - at
                start = end
            }
        }
    }

    /// A scalar of four bytes takes two units; bytes that continue a scalar take none.
    private static func utf16Count(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        bytes.reduce(0) { $0 + ($1 >= 0xF0 ? 2 : ($1 & 0xC0 == 0x80 ? 0 : 1)) }
    }

    /// The longest name that fits: a full stop behind it may be its own or the sentence's.
    private static func name(
        _ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ isMember: (UserID) -> Bool
    ) -> UserID? {
        var candidate = bytes.prefix(64).map { isUpperCase($0) ? $0 | 0x20 : $0 }[...]
        while let last = candidate.last {
            if let user = UserID(String(decoding: candidate, as: UTF8.self)), isMember(user) { return user }
            guard isPunctuation(last) else { return nil }
            candidate.removeLast()
        }
        return nil
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: isUpperCase(byte) || isPunctuation(byte)
        }
    }

    private static func isUpperCase(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
