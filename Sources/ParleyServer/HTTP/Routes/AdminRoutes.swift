import Chat
import Hummingbird
import Identity

/// `/admin`: what the command line does, for administrators and for the operator of the host.
struct AdminRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        addUsers(to: group)
        addSessions(to: group)
        addInvites(to: group)
        BotRoutes(node: node).add(to: group)
        KeyRoutes(node: node).add(to: group)
        SecondFactorRoutes(node: node).addReset(to: group)
        ThrottleRoutes(node: node).add(to: group)
        AuditRoutes(node: node).add(to: group)
        RoomAdministrationRoutes(node: node).add(to: group)
        group.get("statistics") { _, _ in try await StatisticsReport(node: node).response() }
    }

    // MARK: Users

    private func addUsers(to group: RouterGroup<ParleyRequestContext>) {
        group.get("users") { request, _ in
            let page = try await node.authority.accounts.list(after: request.cursor, limit: try request.limit())
            return Response.list(page.items, cursor: page.cursor) { writer, user in writer.account(user) }
        }
        group.post("users") { request, context in
            let body = try await object(request)
            let user = try await node.authority.accounts.create(
                try body.text("username"), password: try body.text("password"), name: try body.optionalText("name"),
                role: try role(body) ?? .user)
            node.record(
                .accountCreated, context, subject: user.username.text, details: ["role": .text(user.role.rawValue)])
            try await node.welcome(user)
            return account(user, status: .created)
        }
        group.get("users/:user") { _, context in account(try node.authority.accounts.user(try username(context))) }
        group.post("users/:user/disable") { request, context in
            let body = try await object(request)
            let user = try username(context)
            let reason = try body.optionalText("reason") ?? "account disabled"
            let receipt = try await Revocations(node: node).disable(user, reason: reason, by: context.actor)
            node.record(
                .accountDisabled, context, subject: user.text, details: receipt.details(reason: reason))
            return Response.json { receipt.write(to: &$0) }
        }
        group.delete("users/:user") { request, context in
            let user = try username(context)
            let reason = request.uri.queryParameters["reason"].map { String($0) } ?? "account deleted"
            let receipt = try await AccountDeletion(node: node).delete(user, reason: reason, context)
            node.record(.accountDeleted, context, subject: user.text, details: receipt.details(reason: reason))
            return Response.json { receipt.write(to: &$0) }
        }
        group.post("users/:user/enable") { _, context in
            let user = try await node.authority.accounts.enable(try username(context))
            node.record(.accountEnabled, context, subject: user.username.text)
            return account(user)
        }
        group.put("users/:user/role") { request, context in
            guard let role = try role(await object(request)) else {
                throw Problem.invalidField("role", "must be admin or user")
            }
            let user = try await node.authority.accounts.setRole(role, of: try username(context))
            node.chat.hub.tellRole(role.rawValue, of: UserID(user.username))
            node.record(
                .roleChanged, context, subject: user.username.text, details: ["role": .text(role.rawValue)])
            return account(user)
        }
        group.put("users/:user/password") { request, context in
            let password = try await object(request).text("password")
            let user = try username(context)
            let receipt = try await Revocations(node: node).receipt(
                selection: { _ in .user(UserID(user), except: nil) }
            ) {
                try await node.authority.accounts.setPassword(password, of: user, by: context.actor)
            }
            node.record(.passwordChanged, context, subject: user.text, details: receipt.details())
            return Response.json { receipt.write(to: &$0) }
        }
    }

    // MARK: Sessions

    private func addSessions(to group: RouterGroup<ParleyRequestContext>) {
        group.get("sessions") { request, _ in
            let user = try request.uri.queryParameters["user"].map { try existing(String($0)) }
            let page = try await node.authority.sessions.list(
                of: user, after: request.cursor, limit: try request.limit())
            return Response.list(page.items, cursor: page.cursor) { writer, session in
                writer.session(session, current: nil, showsUser: true)
            }
        }
        group.post("revocations") { request, context in
            let body = try await object(request)
            let reason = try body.optionalText("reason") ?? "revoked by an administrator"
            let target = try target(body)
            let receipt = try await Revocations(node: node).revoke(target, reason: reason, by: context.actor)
            node.record(.revocation, context, target, receipt, reason: reason)
            return Response.json { receipt.write(to: &$0) }
        }
    }

    private func target(_ body: JSON.Object) throws -> RevocationTarget {
        let names = ["session", "user", "key", "everyone"].filter { body[$0] != nil }
        guard names.count == 1, let name = names.first else {
            throw Problem.invalidField("session", "or user, key or everyone must be given, exactly one of them")
        }
        switch name {
        case "session":
            guard let session = SessionID(try body.text(name)) else { throw Problem(.sessionNotFound) }
            return .session(session)
        case "user": return .user(try existing(try body.text(name)))
        case "key":
            guard let key = KeyID(try body.text(name)) else { throw Problem(.keyNotFound) }
            return .key(key)
        default:
            guard body[name]?.truth == true else { throw Problem.invalidField(name, "must be true") }
            return .everyone
        }
    }

    // MARK: Invites

    private func addInvites(to group: RouterGroup<ParleyRequestContext>) {
        group.get("invites") { request, _ in
            let page = try await node.authority.invites.list(after: request.cursor, limit: try request.limit())
            return Response.list(page.items, cursor: page.cursor) { writer, invite in
                writer.object { write(invite, to: &$0) }
            }
        }
        group.post("invites") { request, context in
            let body = try await object(request)
            let seconds = try body.optionalNumber("expires_in")
            let issued = try await node.authority.invites.create(
                role: try role(body) ?? .user, uses: try body.optionalNumber("uses") ?? 1,
                expiresAfter: seconds.map { .seconds($0) } ?? .seconds(7 * 86_400), by: context.actor)
            node.record(
                .inviteCreated, context, subject: issued.invite.id.text,
                details: ["role": .text(issued.invite.role.rawValue), "uses": .number(issued.invite.usesLeft)])
            let origin = node.configuration.server.publicOrigin(port: node.listeningPort)
            return Response.object(.created) { writer in
                write(issued.invite, to: &writer)
                writer.member("secret", issued.secret)
                writer.member("url", InviteLink.url(origin: origin, secret: issued.secret, isFirstAccount: false))
            }
        }
        group.delete("invites/:invite") { _, context in
            let invite = InviteID(try context.parameters.require("invite"))
            try await node.authority.invites.delete(invite)
            node.record(.inviteDeleted, context, subject: invite.text)
            return Response(status: .noContent)
        }
    }

    private func write(_ invite: Invite, to writer: inout JSONWriter) {
        writer.member("id", invite.id.text)
        writer.member("role", invite.role.rawValue)
        writer.member("uses_left", invite.usesLeft)
        writer.name("expires_at")
        if let end = invite.expiresAt { writer.value(time: end) } else { writer.null() }
        writer.member("created_by", invite.createdBy)
        writer.member("created_at", time: invite.createdAt)
    }

    // MARK: Parts of requests

    private func object(_ request: Request) async throws -> JSON.Object {
        try await request.object(upTo: node.configuration.limits.bodyBytes)
    }

    private func username(_ context: ParleyRequestContext) throws -> Username {
        try existing(try context.parameters.require("user"))
    }

    private func existing(_ text: String) throws -> Username {
        guard let username = Username(text), node.authority.directory.user(username) != nil else {
            throw Problem(.userNotFound, "There is no user of that name.")
        }
        return username
    }

    private func role(_ body: JSON.Object) throws -> Identity.Role? {
        guard let text = try body.optionalText("role") else { return nil }
        guard let role = Identity.Role(rawValue: text) else {
            throw Problem.invalidField("role", "must be admin or user")
        }
        return role
    }

    private func account(_ user: User, status: HTTPResponse.Status = .ok) -> Response {
        Response.object(status) { writer in
            writer.name("user")
            writer.account(user)
        }
    }
}
