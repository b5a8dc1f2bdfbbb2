/// Makes of the name that a client sent one that can be shown and saved without harm.
enum FileName {
    /// UTF-8 bytes of a name, at the most: what file systems take.
    static let maximumBytes = 255
    /// Bytes of an ending that stays when a long name is cut, dot included.
    private static let maximumEndingBytes = 17

    /// The last part of a path, without control characters, invisible direction marks, characters that file systems
    /// refuse, leading dots or a name that Windows keeps for devices; `file` where nothing is left.
    static func cleaned(_ name: String?) -> String {
        let last = (name ?? "").unicodeScalars.split { $0 == "/" || $0 == "\\" }.last ?? []
        var scalars = String.UnicodeScalarView()
        for scalar in last {
            if isHarmful(scalar) { continue }
            let space = scalar.properties.isWhitespace
            if space, scalars.last.map({ $0 == " " }) ?? true { continue }
            scalars.append(space ? " " : "<>:\"|?*".unicodeScalars.contains(scalar) ? "_" : scalar)
        }
        var result = String(scalars.drop { $0 == "." || $0 == " " })
        while result.hasSuffix(".") || result.hasSuffix(" ") { result.unicodeScalars.removeLast() }
        result = cut(result)
        if isDevice(result) { result = "_" + result }
        return result.isEmpty ? "file" : result
    }

    /// Control characters and what changes how the name around it reads: `gpj.exe` must not look like an image.
    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .surrogate, .lineSeparator, .paragraphSeparator: true
        // Scripts and emoji need the joiner and the non-joiner.
        case .format: scalar != "\u{200C}" && scalar != "\u{200D}"
        default: false
        }
    }

    private static func cut(_ name: String) -> String {
        guard name.utf8.count > maximumBytes else { return name }
        let dot = name.unicodeScalars.lastIndex(of: ".") ?? name.endIndex
        let ending = name[dot...].utf8.count <= maximumEndingBytes ? String(name[dot...]) : ""
        var stem = String(name.dropLast(ending.isEmpty ? 0 : name[dot...].count))
        while stem.utf8.count + ending.utf8.count > maximumBytes { stem.unicodeScalars.removeLast() }
        return stem + ending
    }

    private static func isDevice(_ name: String) -> Bool {
        let stem = name.prefix { $0 != "." }.uppercased()
        if ["CON", "PRN", "AUX", "NUL"].contains(stem) { return true }
        return stem.count == 4 && (stem.hasPrefix("COM") || stem.hasPrefix("LPT")) && stem.last?.isNumber == true
    }

    /// The value of `filename*` (RFC 8187) in a `Content-Disposition`.
    static func extended(_ name: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes = Array("UTF-8''".utf8)
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
