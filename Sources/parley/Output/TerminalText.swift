/// Words of other people, made fit for a terminal.
enum TerminalText {
    /// The text on one line, without anything that a terminal would obey or that hides what stands there.
    ///
    /// A control character becomes its picture (U+2400 and on), an end of line `⏎`; C1 controls, direction marks and
    /// other invisible characters become U+FFFD. The joiners stay: emoji and several scripts are written with them.
    static func harmless(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { previous = scalar }
            switch scalar.value {
            case 0x0A where previous == "\r": continue
            case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: scalars.append("⏎")
            case 0x09: scalars.append(" ")
            case 0..<0x20: scalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
            case 0x7F: scalars.append("␡")
            case 0x200C, 0x200D: scalars.append(scalar)
            default: scalars.append(isVisible(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return String(scalars)
    }

    /// The line of JSON with what a terminal would obey, or not show, in escapes: the same value for programs.
    static func harmless(json: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            if isVisible(scalar) || scalar.value > 0xFFFF {
                scalars.append(scalar)
            } else {
                let digits = String(scalar.value, radix: 16)
                scalars += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars
            }
        }
        return String(scalars)
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
        default: true
        }
    }
}
