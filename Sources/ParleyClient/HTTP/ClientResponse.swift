import FoundationEssentials

/// An HTTP answer, whole.
public struct ClientResponse: Sendable {
    /// The status, 200 for example.
    public let status: Int
    /// The header fields in the order they came, repeats included. `Set-Cookie` is not among them: the client keeps it.
    public let headers: [(name: String, value: String)]
    /// The body, empty where there is none.
    public let body: [UInt8]

    /// An answer made from its parts.
    public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of a header field; its name is compared without regard to case.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    /// The body as a value of a type.
    ///
    /// - Throws: ``ClientError`` with the code `protocolViolation` where the body is not that.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw ClientError(.protocolViolation, "the body is no \(type)")
        }
    }

    /// The body as JSON of any shape.
    ///
    /// - Throws: ``ClientError`` with the code `protocolViolation` where the body is no JSON.
    public func json() throws -> JSONValue { try decode(JSONValue.self) }

    /// The body as text; bytes that are no UTF-8 come out as replacement characters.
    public var text: String { String(decoding: body, as: UTF8.self) }
}
