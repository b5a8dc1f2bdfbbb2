import FoundationEssentials

/// An HTTP answer of 400 or above, with what its problem document (RFC 9457) says.
public struct ProblemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The HTTP status.
    public let status: Int
    /// The stable snake_case word; `http_<status>` where the body was no problem document.
    public let code: String
    /// One line for a person.
    public let title: String
    /// What is particular to this occurrence.
    public let detail: String?
    /// The server's id of the request, to find it in the log.
    public let requestID: String?
    /// How long to wait before the next attempt, from `Retry-After` in seconds.
    public let retryAfter: Duration?

    /// A problem made from its parts.
    public init(
        status: Int, code: String, title: String, detail: String? = nil, requestID: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.requestID = requestID
        self.retryAfter = retryAfter
    }

    /// Reads the problem out of an answer; a body that is no problem document still gives an error.
    public init(response: ClientResponse) {
        let document = try? JSONDecoder().decode(Document.self, from: Data(response.body))
        self.init(
            status: response.status, code: document?.code ?? "http_\(response.status)",
            title: document?.title ?? "The server answered with status \(response.status).",
            detail: document?.detail, requestID: document?.requestID,
            retryAfter: response.header("retry-after").flatMap(Self.delay(_:)))
    }

    /// Status, code, title and detail in one line.
    public var description: String {
        let detail = detail.map { " (\($0))" } ?? ""
        return "\(status) \(code): \(title)\(detail)"
    }

    /// The seconds of a `Retry-After` header, at most a day; its date form (RFC 9110 §10.2.3) is not used by Parley.
    private static func delay(_ value: String) -> Duration? {
        guard let seconds = UInt32(value) else { return nil }
        return .seconds(Int64(min(seconds, 86_400)))
    }

    private struct Document: Decodable {
        var code: String?
        var title: String?
        var detail: String?
        var requestID: String?

        enum CodingKeys: String, CodingKey {
            case code, title, detail
            case requestID = "request_id"
        }
    }
}
