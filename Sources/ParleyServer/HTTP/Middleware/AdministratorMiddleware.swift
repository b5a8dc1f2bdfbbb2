import Hummingbird
import Identity

/// Lets administrators and the operator of the host pass. To others the routes behind it are forbidden.
struct AdministratorMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        switch context.caller {
        case .operatorOfHost: break
        case .user(let caller) where caller.user.role == .admin: break
        case .user: throw Problem(.forbidden, "Only administrators may do that.")
        case .nobody: throw Problem(.noToken)
        }
        return try await next(request, context)
    }
}

/// Takes everyone on the admin socket for the operator: the file's permission is the authority.
struct OperatorMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.caller = .operatorOfHost
        return try await next(request, context)
    }
}
