import Chat
import HTTPTypes
import Hummingbird
import Identity
import OpenSSLCrypto

/// Webhooks: `/rooms/{room}/webhooks` for moderators, and `/hooks/{webhook}/{secret}` for the programs that have one.
struct WebhookRoutes {
    let node: ParleyNode

    /// The routes for who is logged in.
    func addManagement(to group: RouterGroup<ParleyRequestContext>) {
        group.get("rooms/:room/webhooks") { _, context in
            let webhooks = try await node.webhooks.list(of: try context.room(), for: try context.userID())
            return Response.list(webhooks, cursor: nil) { writer, webhook in
                writer.object { webhook.writeMembers(to: &$0) }
            }
        }
        group.post("rooms/:room/webhooks") { request, context in try await create(request, context) }
        group.delete("rooms/:room/webhooks/:webhook") { _, context in
            let (room, id) = (try context.room(), try context.parameters.require("webhook"))
            try await node.webhooks.revoke(id, of: room, by: try context.userID())
            node.record(.webhookRevoked, context, subject: room.description, details: ["webhook": .text(id)])
            return Response(status: .noContent)
        }
    }

    /// The route for who holds an address.
    func addPosting(to group: RouterGroup<ParleyRequestContext>) {
        group.post(":webhook/:secret") { request, context in try await post(request, context) }
    }

    private func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let room = try context.room()
        let name = try await request.object(upTo: node.configuration.limits.bodyBytes).text("name")
        let (webhook, secret) = try await node.webhooks.create(in: room, name: name, by: try context.userID())
        node.record(
            .webhookCreated, context, subject: room.description,
            details: ["webhook": .text(webhook.id), "name": .text(webhook.name)])
        let origin = node.configuration.server.publicOrigin(port: node.listeningPort)
        return Response.object(.created) { writer in
            webhook.writeMembers(to: &writer)
            writer.member("url", "\(origin)/api/v1/hooks/\(webhook.id)/\(secret)")
        }
    }

    private func post(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let id = try context.parameters.require("webhook")
        let digest = SHA256Digest(of: try context.parameters.require("secret"))
        guard Webhook.isID(id) else { throw ChatError.webhookNotFound }
        // Before the webhook's own budget, so that who knows only its id cannot use that up.
        _ = try await node.webhooks.verified(id, digest: digest)
        if let delay = node.webhookThrottle.take(id) {
            throw Problem.retry(
                .tooManyRequests, after: delay,
                "More messages at once than limits.webhook_messages_per_second allows.")
        }
        let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
        // Programs send what they have for other services, too; what is not known is left alone.
        let known = JSON.Object(body.members.filter { $0.name == "text" || $0.name == "nonce" })
        let draft = MessageDraft(known, limits: node.chat.configuration.limits)
        let answer = try await node.chat.log.submit(
            .post(
                webhook: id, digest: digest, text: draft.text, nonce: draft.nonce, violation: draft.violation))
        guard case .sent(_, _, _, let isDuplicate) = answer else { throw Problem(.internalError) }
        return Response.object(isDuplicate ? .ok : .created) { answer.write(to: &$0) }
    }
}
