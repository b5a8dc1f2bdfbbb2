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
        group.post("bot") { request, context in try await botLogin(request, context) }
        group.post("refresh") { request, context in try await refresh(request, context) }
        group.post("logout") { request, context in try await logout(request, context) }
        group.post("register") { request, context in try await register(request, context) }
    }

    private func login(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
        let username = try body.text("username")
        let password = try body.text("password")
        let totp = try body.optionalText("totp")
        let device = try body.optionalText("device") ?? Self.device(request.headers)
        let login = try await LoginGate(node: node).attempt(user: username, address: context.address) { network in
            try await node.authority.sessions.login(
                username, password: password, totp: totp, device: device, address: context.address, network: network)
        }
        record(.login, login, context)
        if let left = login.recoveryCodesLeft {
            node.record(
                .recoveryCodeUsed, context, actor: username, subject: username, details: ["left": .number(left)])
        }
        return response(.ok, login)
    }

    private func botLogin(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
        let address = context.address
        do {
            let login = try await node.authority.bots.login(
                key: try body.text("key"), device: try body.optionalText("device") ?? Self.device(request.headers),
                address: address, network: IPAddress(address)?.network
            ) { user in
                do {
                    try BotAddresses.check(user, from: address)
                } catch {
                    recordAddress(.loginFailed, of: user, address)
                    throw error
                }
            }
            record(.login, login, context)
            return response(.ok, login)
        } catch let error as IdentityError where error.code == .invalidCredentials {
            node.recordSome(.loginFailed, address: address)
            throw error
        }
    }

    private func record(_ kind: AuditKind, _ login: Login, _ context: ParleyRequestContext) {
        let user = login.user.username.text
        node.record(
            kind, context, actor: user, subject: user, session: login.session.id.text,
            details: ["device": .text(login.session.device)])
    }

    /// Records that a bot's key or token, a good one, came from an address that the bot is not bound to.
    private func recordAddress(_ kind: AuditKind, of bot: User, _ address: String) {
        node.recordSome(
            kind, address: address, subject: bot.username.text, details: ["reason": .text("address_not_allowed")])
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
        // Asked before the session moves: who has only stolen a bot's cookies changes nothing.
        if let claims = try? node.authority.tokens.verifyRefresh(token),
            let user = node.authority.directory.user(claims.username)
        {
            do {
                try BotAddresses.check(user, from: context.address)
            } catch {
                recordAddress(.refreshRefused, of: user, context.address)
                throw error
            }
        }
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
            // Noise is no event: only what was a token of this server.
            if [.revoked, .expired, .unknownSession].contains(defect.kind) {
                node.recordSome(
                    .refreshRefused, address: context.address, details: ["defect": .text(defect.kind.rawValue)])
            }
            throw Problem(defect)
        case .reused(let token, let revoked):
            // The sockets go whether or not this very request ended the session.
            let receipt = try? await Revocations(node: node).receipt(
                selection: { _ in .sessions([token.session.text]) }
            ) { revoked }
            node.record(
                .refreshReuse, context, actor: "", subject: token.username.text, session: token.session.text,
                details: receipt?.details() ?? [:])
            node.logger.warning("a refresh token was used twice", metadata: ["user": "\(token.username)"])
            throw Problem(.refreshReuse)
        }
    }

    private func logout(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let access = try? SessionCookies.token(SessionCookies.access, in: request.headers)
        let refresh = try? SessionCookies.token(SessionCookies.refresh, in: request.headers)
        var ended = Revoked.none
        let receipt = try await Revocations(node: node).receipt(
            selection: { .sessions(Set($0.sessions.map(\.id.text))) }
        ) {
            ended = try await node.authority.sessions.logout(access: access, refresh: refresh)
            return ended
        }
        for session in ended.sessions {
            let user = session.username.text
            node.record(
                .logout, context, actor: user, subject: user, session: session.id.text, details: receipt.details())
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
            device: try body.optionalText("device") ?? Self.device(request.headers), address: context.address,
            network: IPAddress(context.address)?.network)
        record(.accountCreated, login, context)
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
