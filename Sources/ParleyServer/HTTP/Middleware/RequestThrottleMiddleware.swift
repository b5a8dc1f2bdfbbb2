import Hummingbird
import Identity

/// Answers 429 to whoever sends more than `limits.requests_per_second`.
struct RequestThrottleMiddleware: RouterMiddleware {
    let throttle: RequestThrottle

    func handle(
        _ request: Request, context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        let key: String
        switch context.caller {
        case .operatorOfHost: return try await next(request, context)
        case .user(let caller): key = "user \(caller.user.username)"
        case .nobody: key = "address \(context.address)"
        }
        if let delay = throttle.take(key) {
            throw Problem.retry(
                .tooManyRequests, after: delay, "More requests at once than limits.requests_per_second allows.")
        }
        return try await next(request, context)
    }
}
