import Chat
import HTTPTypes
import Hummingbird
import Identity
import Logging

/// `/auth`: log in, refresh, log out, register.
struct AuthRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.post("login") { request, context in try await login(request, context) }
        group.post("refresh") { request, context in try await refresh(request, context) }
        group.post("logout") { request, context in try await logout(request, context) }
        group.post("register") { request, context in try await register(request, context) }
    }

    private func login(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
        let username = try body.text("username")
        let password = try body.text("password")
        let device = try body.optionalText("device") ?? Self.device(request.headers)
        if let delay = node.loginThrottle.delay(user: username, address: context.address, now: node.clock.now) {
            throw Problem.retry(.tooManyRequests, after: delay, "Too many failed logins: wait and try again.")
        }
        do {
            let login = try await node.authority.sessions.login(
                username, password: password, device: device, address: context.address)
            node.loginThrottle.succeeded(user: username)
            return response(.ok, login)
        } catch let error as IdentityError where error.code == .invalidCredentials {
            node.loginThrottle.failed(user: username, address: context.address, now: node.clock.now)
            throw error
        }
    }

    private func refresh(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        do throws(Problem) {
            let token = try SessionCookies.token(SessionCookies.refresh, in: request.headers)
            return try await refreshed(token, context)
        } catch {
            guard error.status == .unauthorized else { throw error }
            var refusal = error
            SessionCookies.clear(in: &refusal.headers)
            throw refusal
        }
    }

    private func refreshed(_ token: String?, _ context: ParleyRequestContext) async throws(Problem) -> Response {
        let outcome: RefreshOutcome
        do {
            outcome = try await node.authority.sessions.refresh(token, address: context.address)
        } catch {
            throw Problem(cause: error) ?? Problem(describing: error)
        }
        switch outcome {
        case .renewed(let login):
            node.chat.hub.extend(session: login.session.id.text, accessExpiresAt: login.access.expiresAt)
            return response(.ok, login)
        case .refused(let defect):
            throw Problem(defect)
        case .reused(let token, let revoked):
            // The sockets go whether or not this very request ended the session.
            _ = try? await Revocations(node: node).receipt(selection: { _ in .sessions([token.session.text]) }) {
                revoked
            }
            node.logger.warning("a refresh token was used twice", metadata: ["user": "\(token.username)"])
            throw Problem(.refreshReuse)
        }
    }

    private func logout(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let access = try? SessionCookies.token(SessionCookies.access, in: request.headers)
        let refresh = try? SessionCookies.token(SessionCookies.refresh, in: request.headers)
        _ = try await Revocations(node: node).receipt(
            selection: { .sessions(Set($0.sessions.map(\.id.text))) }
        ) {
            try await node.authority.sessions.logout(access: access, refresh: refresh)
        }
        var response = Response(status: .noContent)
        SessionCookies.clear(in: &response.headers)
        return response
    }

    private func register(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
        let login = try await node.authority.registration.register(
            try body.text("username"), password: try body.text("password"), name: try body.optionalText("name"),
            invite: try body.optionalText("invite"),
            device: try body.optionalText("device") ?? Self.device(request.headers), address: context.address)
        try await node.welcome(login.user)
        return response(.created, login)
    }

    private func response(_ status: HTTPResponse.Status, _ login: Login) -> Response {
        var response = Response.json(status) { $0.login(login) }
        SessionCookies.set(login, in: &response.headers)
        return response
    }

    /// What the client calls itself, cut to what a device's name may hold.
    private static func device(_ fields: HTTPFields) -> String? {
        guard let agent = fields[.userAgent] else { return nil }
        let text = String(String.UnicodeScalarView(agent.unicodeScalars.filter { $0.value >= 0x20 }.prefix(64)))
        return text.allSatisfy(\.isWhitespace) ? nil : text
    }
}
