import Chat
import Hummingbird
import Identity

/// `/me` and `/sessions`: a user's own account and logins.
struct MeRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.get("me") { _, context in
            let caller = try context.user()
            return Response.object { writer in
                writer.name("user")
                writer.user(caller.user)
                writer.name("session")
                writer.object { writer in
                    writer.member("id", caller.token.session.text)
                    writer.member("access_expires_at", time: caller.token.expiresAt)
                }
            }
        }
        group.patch("me") { request, context in
            let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
            let user = try await node.authority.accounts.setName(
                try body.text("name"), of: try context.user().user.username)
            return Response.object { writer in
                writer.name("user")
                writer.user(user)
            }
        }
        group.post("me/password") { request, context in try await changePassword(request, context) }
        group.get("sessions") { request, context in
            let caller = try context.user()
            let page = try await node.authority.sessions.list(
                of: caller.user.username, after: request.cursor, limit: try request.limit())
            return Response.list(page.items, cursor: page.cursor) { writer, session in
                writer.session(session, current: caller.token.session)
            }
        }
        group.delete("sessions/:session") { _, context in
            let caller = try context.user()
            guard let session = SessionID(try context.parameters.require("session")) else {
                throw Problem(.sessionNotFound)
            }
            return try await revoke(.session(session, of: caller.user.username), except: nil, caller, context)
        }
        group.delete("sessions") { _, context in
            let caller = try context.user()
            return try await revoke(.user(caller.user.username), except: caller.token.session, caller, context)
        }
    }

    private func revoke(
        _ target: RevocationTarget, except: SessionID?, _ caller: Caller, _ context: ParleyRequestContext
    ) async throws -> Response {
        let reason = "ended by the user"
        let receipt = try await Revocations(node: node).revoke(
            target, except: except, reason: reason, by: caller.user.username.text)
        node.record(.revocation, context, target, receipt, reason: reason)
        return Response.json { receipt.write(to: &$0) }
    }

    private func changePassword(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let caller = try context.user()
        let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
        let (current, new) = (try body.text("current"), try body.text("new"))
        let username = caller.user.username
        do {
            let receipt = try await LoginGate(node: node).attempt(
                user: username.text, address: context.address, session: caller.token.session
            ) { _ in
                try await Revocations(node: node).receipt(
                    selection: { _ in .user(UserID(username), except: caller.token.session.text) }
                ) {
                    try await node.authority.accounts.changePassword(
                        of: username, current: current, new: new, keeping: caller.token.session)
                }
            }
            node.record(
                .passwordChanged, context, subject: username.text, session: caller.token.session.text,
                details: receipt.details())
            return Response.json { receipt.write(to: &$0) }
        } catch let error as IdentityError where error.code == .invalidCredentials {
            throw Problem.invalidField("current", "is not the password of this account")
        }
    }
}
