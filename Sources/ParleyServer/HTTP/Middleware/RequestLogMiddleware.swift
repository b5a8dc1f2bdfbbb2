import Hummingbird
import Logging
import NIOCore

/// Logs each request at debug level: method, path, status and time, never a query, a field, a body or
/// the secret of a webhook.
struct RequestLogMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = NIODeadline.now()
        let response = try await next(request, context)
        context.logger.debug(
            "request",
            metadata: [
                "method": "\(request.method)", "path": "\(Self.path(request.uri.path))",
                "status": "\(response.status.code)",
                "milliseconds": "\((NIODeadline.now() - start).nanoseconds / 1_000_000)",
            ])
        return response
    }

    /// The path as it may be logged: what follows the id of a webhook is its secret.
    static func path(_ path: String) -> String {
        let parts = path.split(separator: "/")
        let hooks = parts.firstIndex { PathSegment(String($0)).decoded?.lowercased() == "hooks" }
        guard let hooks, parts.count > hooks + 2 else { return path }
        return "/" + parts[...(hooks + 1)].joined(separator: "/") + "/…"
    }
}
