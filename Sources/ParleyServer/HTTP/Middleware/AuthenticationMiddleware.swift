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
            let caller = try authority.authenticate(token)
            context.caller = .user(caller)
        } catch {
            throw Problem(error)
        }
        try BotAddresses.check(try context.user().user, from: context.address)
        return try await next(request, context)
    }
}
