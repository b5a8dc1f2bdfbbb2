import Foundation
import NIOCore
package import ParleyClient

/// An HTTP answer as it stood on the wire, cookies included.
package struct RawResponse: Sendable {
    /// A `Set-Cookie` field.
    package struct Cookie: Sendable {
        package let name: String
        package let value: String
        /// What stands behind the value, in the order of the field.
        package let attributes: [String]

        /// The seconds of `Max-Age`.
        package var maximumAge: Int? {
            attributes.first { $0.hasPrefix("Max-Age=") }.flatMap { Int($0.dropFirst(8)) }
        }
    }

    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// Reads an answer; nil as long as it is not complete. `isAll` says that no more bytes will come.
    init?(_ bytes: ByteBuffer, isAll: Bool) {
        let view = bytes.readableBytesView
        guard let end = view.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: view[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, let status = Int(words[1]) else { return nil }
        self.status = status
        headers = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
        let rest = view[end.upperBound...]
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) }
        let hasNoBody = status == 101 || status == 204 || status == 304
        guard let length = hasNoBody ? 0 : length else {
            guard isAll else { return nil }
            body = Array(rest)
            return
        }
        guard rest.count >= length || isAll else { return nil }
        body = Array(rest.prefix(length))
    }

    /// The first value of a field, whatever the case of its name.
    package func header(_ name: String) -> String? { values(of: name).first }

    /// All values of a field.
    package func values(of name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; null when it is none.
    package var json: JSONValue { (try? JSONDecoder().decode(JSONValue.self, from: Data(body))) ?? .null }

    /// The `code` of a problem document.
    package var code: String? { json["code"]?.string }

    /// The cookies that the answer sets.
    package var cookies: [Cookie] {
        values(of: "set-cookie").compactMap { field in
            let parts = field.components(separatedBy: "; ")
            guard let pair = parts.first, let sign = pair.firstIndex(of: "=") else { return nil }
            return Cookie(
                name: String(pair[..<sign]), value: String(pair[pair.index(after: sign)...]),
                attributes: Array(parts.dropFirst()))
        }
    }

    /// The value of a cookie that the answer sets.
    package func cookie(_ name: String) -> String? { cookies.first { $0.name == name }?.value }
}
