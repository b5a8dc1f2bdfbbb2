import Hummingbird
import Logging
import NIOCore

/// Logs each request at debug level: method, path, status and time, never a query, a field or a body.
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
                "method": "\(request.method)", "path": "\(request.uri.path)", "status": "\(response.status.code)",
                "milliseconds": "\((NIODeadline.now() - start).nanoseconds / 1_000_000)",
            ])
        return response
    }
}
