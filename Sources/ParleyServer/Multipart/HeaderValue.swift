/// A header field's value of the form `word; name=value; name="value"`, such as `Content-Disposition` (RFC 9110
/// section 5.6.6).
struct HeaderValue: Equatable {
    /// What stands before the first semicolon.
    let word: String
    private var parameters: [(name: String, value: String)] = []

    /// Nil where the value is not of that form, or a parameter stands twice.
    init?(_ text: String) {
        var rest = text.utf8[...]
        let end = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
        word = String(decoding: Self.trimmed(rest[..<end]), as: UTF8.self)
        guard !word.isEmpty, word.utf8.allSatisfy({ Self.isToken($0) || $0 == UInt8(ascii: "/") }) else { return nil }
        rest = rest[end...]
        while !rest.isEmpty {
            guard let parameter = Self.parameter(&rest) else { return nil }
            guard self.parameter(parameter.name) == nil else { return nil }
            parameters.append(parameter)
        }
    }

    /// The value of a parameter, whose name is compared in lower case.
    func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    static func == (left: HeaderValue, right: HeaderValue) -> Bool {
        left.word == right.word && left.parameters.elementsEqual(right.parameters, by: ==)
    }

    /// Takes `; name=value` off the front.
    private static func parameter(_ rest: inout Substring.UTF8View) -> (name: String, value: String)? {
        guard rest.first == UInt8(ascii: ";") else { return nil }
        rest = rest.dropFirst().drop(while: isSpace)
        let name = rest.prefix(while: isToken)
        guard !name.isEmpty else { return nil }
        rest = rest[name.endIndex...]
        guard rest.first == UInt8(ascii: "=") else { return nil }
        rest = rest.dropFirst()
        let value: [UInt8]
        if rest.first == UInt8(ascii: "\"") {
            guard let quoted = quoted(&rest) else { return nil }
            value = quoted
        } else {
            let token = rest.prefix(while: isToken)
            guard !token.isEmpty else { return nil }
            value = Array(token)
            rest = rest[token.endIndex...]
        }
        rest = rest.drop(while: isSpace)
        return (String(decoding: name, as: UTF8.self).lowercased(), String(decoding: value, as: UTF8.self))
    }

    /// Takes a quoted text off the front. A backslash escapes a quote or a backslash; before anything else it stands
    /// for itself, as in the paths that some programs send for a name.
    private static func quoted(_ rest: inout Substring.UTF8View) -> [UInt8]? {
        var value: [UInt8] = []
        rest = rest.dropFirst()
        while let byte = rest.first {
            rest = rest.dropFirst()
            switch byte {
            case UInt8(ascii: "\""): return value
            case UInt8(ascii: "\\"):
                if let next = rest.first, next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") {
                    value.append(next)
                    rest = rest.dropFirst()
                } else {
                    value.append(byte)
                }
            default: value.append(byte)
            }
        }
        return nil
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text = text.dropLast() }
        return text
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// RFC 9110 section 5.6.2.
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
