import HTTPTypes
import Hummingbird

/// Refuses requests that another site made a browser send, and bodies that are not JSON (uploads aside).
///
/// Cookies are `SameSite=Strict` already; this holds where a browser does not keep to that.
struct RequestForgeryMiddleware: RouterMiddleware {
    let origins: @Sendable () -> Set<WebOrigin>

    func handle(
        _ request: Request, context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        if request.method != .get, request.method != .head, request.method != .options {
            try checkSite(request.headers)
            // Uploads are forms, and say themselves what is wrong with one.
            if request.uri.path != FileRoutes.uploadPath { try checkContentType(request.headers) }
        }
        return try await next(request, context)
    }

    private func checkSite(_ fields: HTTPFields) throws {
        guard fields[values: .secFetchSite].allSatisfy({ $0.lowercased() != "cross-site" }) else {
            throw Problem(.originNotAllowed, "Sec-Fetch-Site says that another site sent this.")
        }
        guard OriginPolicy(allowed: origins()).allows(fields[values: .origin]) else {
            throw Problem(.originNotAllowed, "The Origin is none of server.allowed_origins.")
        }
    }

    private func checkContentType(_ fields: HTTPFields) throws {
        let types = fields[values: .contentType]
        let isEmpty = fields[.transferEncoding] == nil && (fields[.contentLength] ?? "0") == "0"
        if types.isEmpty, isEmpty { return }
        let type = types.first?.split(separator: ";").first.map { $0.lowercased().filter { $0 != " " } }
        guard types.count == 1, type == "application/json" else { throw Problem(.unsupportedMediaType) }
    }
}
