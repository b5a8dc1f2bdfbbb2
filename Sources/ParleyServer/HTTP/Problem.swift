import Chat
package import HTTPTypes
package import Hummingbird
import Logging
package import NIOCore

/// An error as HTTP tells it: a problem document (RFC 9457) with a stable `code` and the request's id.
package struct Problem: HTTPResponseError, Sendable, Equatable {
    /// What went wrong.
    package let code: ProblemCode
    /// What went wrong this time, for people; the title where nothing more is known. Never holds secrets.
    package let detail: String
    /// The name of the field that is not valid.
    package let field: String?
    /// Header fields to answer with, besides those of the body.
    package var headers: HTTPFields

    /// The code's status.
    package var status: HTTPResponse.Status { code.status }

    /// A problem; throw it from a route.
    package init(_ code: ProblemCode, _ detail: String? = nil, field: String? = nil, headers: HTTPFields = [:]) {
        self.code = code
        self.detail = detail ?? code.title
        self.field = field
        self.headers = headers
    }

    /// A field that is missing or not allowed; `detail` continues the field's name ("must be a text").
    package static func invalidField(_ name: String, _ detail: String) -> Problem {
        Problem(.invalidField, "\(name) \(detail)", field: name)
    }

    /// A limit that was reached, with `Retry-After` in whole seconds, rounded up, at least 1.
    package static func retry(_ code: ProblemCode, after delay: Duration, _ detail: String? = nil) -> Problem {
        let (seconds, rest) = delay.components
        let whole = max(1, rest > 0 ? seconds + 1 : seconds)
        return Problem(code, detail, headers: [.retryAfter: String(whole)])
    }

    /// The document; `requestID` is the id that the log knows the request by.
    package func encoded(requestID: String) -> ByteBuffer {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "urn:parley:problem:\(code.word)")
            writer.member("title", code.title)
            writer.member("status", Int64(code.status.code))
            writer.member("detail", detail)
            writer.member("code", code.word)
            if let field { writer.member("field", field) }
            writer.member("request_id", requestID)
        }
        return ByteBuffer(bytes: writer.bytes)
    }

    /// The answer with the document as its body; not to be kept by caches.
    package func response(requestID: String) -> Response {
        var fields = headers
        fields[.contentType] = "application/problem+json"
        fields[.cacheControl] = "no-store"
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: encoded(requestID: requestID)))
    }

    /// The answer to `request`.
    package func response(from request: Request, context: some RequestContext) throws -> Response {
        response(requestID: Self.requestID(of: context))
    }

    /// The id of the request that `context` belongs to.
    static func requestID(of context: some RequestContext) -> String {
        // `context.id` traps when nobody set an id.
        context.logger[metadataKey: "hb.request.id"]?.description ?? "-"
    }
}
