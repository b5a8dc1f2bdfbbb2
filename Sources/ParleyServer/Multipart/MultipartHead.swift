import NIOCore

/// The head of a form's part: which field it is, and the name of the file that the client chose.
package struct MultipartHead: Equatable, Sendable {
    /// The name of the form's field.
    package let name: String
    /// The file's name as the client sent it, nil where the part is no file. Not to be trusted.
    package let filename: String?

    /// Lines of a head, at the most.
    private static let maximumLines = 16

    package init(name: String, filename: String?) {
        self.name = name
        self.filename = filename
    }

    /// Reads the head's lines, without the empty one behind them.
    init(_ bytes: ByteBufferView) throws(MultipartError) {
        var disposition: HeaderValue?
        let lines = try Self.lines(bytes)
        for line in lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                line[..<colon].allSatisfy(HeaderValue.isToken)
            else { throw MultipartError("A line of a part's head is no header field.") }
            let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
            switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
            case "content-disposition":
                guard disposition == nil, let parsed = HeaderValue(value), parsed.word.lowercased() == "form-data"
                else { throw MultipartError("A part's Content-Disposition is not that of a form's field.") }
                disposition = parsed
            case "content-transfer-encoding":
                let encoding = value.lowercased().filter { $0 != " " && $0 != "\t" }
                guard ["binary", "8bit", "7bit"].contains(encoding) else {
                    throw MultipartError("A part's Content-Transfer-Encoding is not binary.")
                }
            default: break
            }
        }
        guard let disposition, let name = disposition.parameter("name") else {
            throw MultipartError("A part does not say which field of the form it is.")
        }
        self.init(name: name, filename: disposition.parameter("filename").map(Self.unescaped))
    }

    /// Lines between CRLF. A lone CR or LF, a NUL and a line that continues the one before are refused.
    private static func lines(_ bytes: ByteBufferView) throws(MultipartError) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var isReturn = false
        for byte in bytes {
            switch (byte, isReturn) {
            case (0x0A, true): lines.append([])
            case (_, true), (0x0A, false), (0, false):
                throw MultipartError("A part's head has a control character.")
            case (0x0D, false): break
            case (_, false): lines[lines.count - 1].append(byte)
            }
            isReturn = byte == 0x0D
        }
        guard !isReturn, lines.count <= maximumLines, lines.allSatisfy({ $0.first != 0x20 && $0.first != 0x09 }) else {
            throw MultipartError("A part's head has too many lines, or one that is continued.")
        }
        return lines
    }

    /// The three characters that browsers escape in a name (WHATWG HTML, multipart/form-data encoding).
    private static func unescaped(_ name: String) -> String {
        name.replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing("%0A", with: "\n")
    }
}
