import FoundationEssentials

/// The body of a request and the header fields that describe it.
struct RequestContent: Sendable {
    var headers: [(name: String, value: String)]
    /// Nil where the method has no body at all, so that no `Content-Length` is sent.
    var body: [UInt8]?

    /// A JSON body; requests that change something announce JSON even when they carry none, as the protocol asks.
    init(method: String, json: (any Encodable & Sendable)?) throws {
        headers = [("accept", "application/json, application/problem+json")]
        let changes = method != "GET" && method != "HEAD" && method != "OPTIONS"
        if let json {
            body = Array(try JSONEncoder().encode(json))
        } else if changes {
            body = []
        }
        if body != nil { headers.append(("content-type", "application/json")) }
    }

    /// A body of another type.
    init(body: [UInt8], contentType: String) {
        headers = [("accept", "application/json, application/problem+json"), ("content-type", contentType)]
        self.body = body
    }
}
