import Chat
import HTTPTypes
import Hummingbird
import Identity

/// `/admin/bots`: accounts of programs, with a key instead of a password.
struct BotRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.get("bots") { request, _ in
            let page = try await node.authority.bots.list(after: request.cursor, limit: try request.limit())
            return Response.list(page.items, cursor: page.cursor) { writer, bot in writer.account(bot) }
        }
        group.post("bots") { request, context in try await create(request, context) }
        group.post("bots/:user/key") { _, context in try await replaceKey(context, isRevoked: false) }
        group.delete("bots/:user/key") { _, context in try await replaceKey(context, isRevoked: true) }
        group.put("bots/:user/addresses") { request, context in
            let addresses = try BotAddresses.parsed(try texts("addresses", of: try await object(request)))
            let bot = try username(context)
            let receipt = try await Revocations(node: node).receipt(selection: { _ in .user(UserID(bot), except: nil) })
            {
                try await node.authority.bots.setAddresses(addresses, of: bot, by: context.actor)
            }
            node.record(
                .botBound, context, subject: bot.text,
                details: receipt.details().merging(["addresses": .text(addresses.joined(separator: " "))]) { $1 })
            return Response.json { receipt.write(to: &$0) }
        }
    }

    private func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await object(request)
        let addresses = try BotAddresses.parsed(try texts("addresses", of: body))
        let (user, key) = try await node.authority.bots.create(
            try body.text("username"), name: try body.optionalText("name"), addresses: addresses)
        node.record(
            .accountCreated, context, subject: user.username.text,
            details: ["bot": .truth(true), "addresses": .text(addresses.joined(separator: " "))])
        try await node.welcome(user)
        return Response.object(.created) { writer in
            writer.name("user")
            writer.account(user)
            writer.member("key", key)
        }
    }

    private func replaceKey(_ context: ParleyRequestContext, isRevoked: Bool) async throws -> Response {
        let bot = try username(context)
        var key: String?
        let receipt = try await Revocations(node: node).receipt(selection: { _ in .user(UserID(bot), except: nil) }) {
            let outcome = try await node.authority.bots.replaceKey(of: bot, isRevoked: isRevoked, by: context.actor)
            key = outcome.key
            return outcome.revoked
        }
        node.record(
            isRevoked ? .botKeyRevoked : .botKeyMade, context, subject: bot.text, details: receipt.details())
        guard let key else { return Response.json { receipt.write(to: &$0) } }
        return Response.object { writer in
            writer.member("key", key)
            writer.name("receipt")
            receipt.write(to: &writer)
        }
    }

    private func object(_ request: Request) async throws -> JSON.Object {
        try await request.object(upTo: node.configuration.limits.bodyBytes)
    }

    private func username(_ context: ParleyRequestContext) throws -> Username {
        guard let username = Username(try context.parameters.require("user")) else {
            throw Problem(.userNotFound, "There is no bot of that name.")
        }
        return username
    }

    private func texts(_ name: String, of body: JSON.Object) throws -> [String] {
        guard case .array(let items)? = body[name] else { throw Problem.invalidField(name, "must be a list of texts") }
        return try items.map { item in
            guard let text = item.text else { throw Problem.invalidField(name, "must be a list of texts") }
            return text
        }
    }
}
