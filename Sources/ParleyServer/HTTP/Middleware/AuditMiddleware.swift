import Hummingbird
import Identity
import Logging

/// Answers an act of administration only when its entry in the audit log is durable.
struct AuditMiddleware: RouterMiddleware {
    let node: ParleyNode

    func handle(
        _ request: Request, context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        guard request.method != .get else { return response }
        do {
            try await node.audit.flush()
        } catch {
            // The act took effect and is told as it is; the entry is kept and tried again.
            context.logger.error("the audit log cannot be written", metadata: ["error": "\(error)"])
        }
        return response
    }
}
