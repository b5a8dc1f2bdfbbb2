package import NIOCore
package import ParleyClient

/// An HTTP request of which a test chooses every part.
package struct RawRequest: Sendable {
    package var method: String
    package var target: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]?

    package init(
        _ method: String, _ target: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// A request with a JSON body.
    package init(
        _ method: String, _ target: String, json: JSONValue, headers: [(name: String, value: String)] = []
    ) throws {
        self.init(
            method, target, headers: [("Content-Type", "application/json")] + headers,
            body: Array(try json.encoded().utf8))
    }

    /// The request as it goes over the wire; `Host` and `Content-Length` are added.
    package func bytes(host: String) -> ByteBuffer {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: \(host)"] + headers.map { "\($0.name): \($0.value)" }
        if let body { lines.append("Content-Length: \(body.count)") }
        var bytes = ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n")
        bytes.writeBytes(body ?? [])
        return bytes
    }
}
