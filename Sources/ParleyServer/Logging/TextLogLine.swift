import Logging

/// Log lines for people.
enum TextLogLine {
    /// `TIME LEVEL message name=value …` and a line feed.
    static func encode(_ record: LogRecord) -> [UInt8] {
        let level = record.level.rawValue.uppercased()
        var line = "\(record.time) \(level)\(String(repeating: " ", count: max(0, 8 - level.utf8.count))) "
        appendEscaped(record.message, to: &line)
        for (name, value) in record.fields {
            line += " "
            appendEscaped(name, to: &line)
            line += "="
            appendValue(value.description, to: &line)
        }
        line += "\n"
        return Array(line.utf8)
    }

    private static func appendValue(_ value: String, to line: inout String) {
        let isPlain = !value.isEmpty && !value.unicodeScalars.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        if isPlain {
            appendEscaped(value, to: &line)
        } else {
            line += "\""
            appendEscaped(value, to: &line, quoted: true)
            line += "\""
        }
    }

    /// Appends `text` with control characters escaped: a peer's text can neither end the line nor steer a terminal.
    private static func appendEscaped(_ text: String, to line: inout String, quoted: Bool = false) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += "\\t"
            case "\"" where quoted: line += "\\\""
            case "\\" where quoted: line += "\\\\"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator:
                    line += "\\u{\(String(scalar.value, radix: 16))}"
                default: line.unicodeScalars.append(scalar)
                }
            }
        }
    }
}
