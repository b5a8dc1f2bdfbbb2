import NIOCore
import NIOOpenSSL

/// An HTTP answer as it came over the wire, and what is known of the connection that brought it.
struct ProbeAnswer: Sendable {
    /// A `Set-Cookie` field, its attributes as they stand.
    struct Cookie: Sendable {
        let name: String
        let value: String
        let attributes: Set<String>
    }

    let status: Int
    let headers: [(name: String, value: String)]
    let body: String
    /// The text of the first frame behind a 101.
    var firstText: String?
    /// The address that this machine used.
    var localAddress = ""
    /// The server's certificate.
    var certificate: TLSCertificateSummary?

    /// Reads an answer; nil as long as it is not complete. `isAll` says that no more bytes will come.
    init?(_ bytes: ByteBufferView, isAll: Bool) {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { return nil }
        self.status = status
        headers = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return (line[..<colon].lowercased(), String(value))
        }
        let rest = bytes[end.upperBound...]
        if status == 101 {
            body = ""
            firstText = Self.text(rest)
            if firstText == nil, !isAll { return nil }
            return
        }
        let length = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) }
        guard isAll || status == 204 || length.map({ rest.count >= $0 }) ?? false else { return nil }
        body = String(decoding: rest, as: UTF8.self)
    }

    /// The payload of one whole, unmasked text frame of at most 64 KiB.
    private static func text(_ bytes: ByteBufferView) -> String? {
        var frame = Array(bytes.prefix(70_000))[...]
        guard frame.popFirst() == 0x81, let length = frame.popFirst() else { return nil }
        var count = Int(length)
        if length == 126 {
            guard let high = frame.popFirst(), let low = frame.popFirst() else { return nil }
            count = Int(high) << 8 | Int(low)
        }
        guard count <= 65_535, length != 127, frame.count >= count else { return nil }
        return String(decoding: frame.prefix(count), as: UTF8.self)
    }

    /// All values of a field.
    func values(of name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    /// The JSON object in the body, chunk marks around it left out.
    var object: String {
        guard let start = body.firstIndex(of: "{"), let end = body.lastIndex(of: "}"), start < end else { return "" }
        return String(body[start...end])
    }

    /// The cookies that the answer sets.
    var cookies: [Cookie] {
        values(of: "set-cookie").compactMap { field in
            let parts = field.split(separator: ";").map { $0.drop { $0 == " " } }
            guard let pair = parts.first, let sign = pair.firstIndex(of: "=") else { return nil }
            return Cookie(
                name: String(pair[..<sign]), value: String(pair[pair.index(after: sign)...]),
                attributes: Set(parts.dropFirst().map { $0.lowercased() }.filter { !$0.hasPrefix("max-age=") }))
        }
    }
}
