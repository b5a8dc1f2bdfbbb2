import Hummingbird
import Identity

/// Finds out who calls from the access cookie alone; routes behind it have a user.
struct AuthenticationMiddleware: RouterMiddleware {
    let authority: Authority

    func handle(
        _ request: Request, context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let token = try SessionCookies.token(SessionCookies.access, in: request.headers)
        do throws(TokenDefect) {
            context.caller = .user(try authority.authenticate(token))
        } catch {
            throw Problem(error)
        }
        return try await next(request, context)
    }
}
