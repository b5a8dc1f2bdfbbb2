import Chat
import Hummingbird

/// `/rooms/{room}/messages` and `/log`.
struct MessageRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.get("rooms/:room/messages") { request, context in
            let limit = try request.number("limit", in: 1...Int64.max)
            let page = try await node.chat.reader.history(
                HistoryRequest(
                    room: try context.room(), before: try request.number("before", in: 0...Int64.max),
                    after: try request.number("after", in: 0...Int64.max), limit: limit.map { Int($0) }),
                user: try context.userID())
            return response(page, as: "messages")
        }
        group.get("rooms/:room/log") { request, context in
            let limit = try request.number("limit", in: 1...Int64.max)
            let page = try await node.chat.reader.log(
                room: try context.room(), after: try request.number("after", in: 0...Int64.max) ?? 0,
                limit: limit.map { Int($0) }, user: try context.userID())
            return response(page, as: "events")
        }
        group.post("rooms/:room/messages") { request, context in try await send(request, context) }
    }

    private func send(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let room = try context.room()
        let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
        try node.chat.takeMessage(of: try context.userID())
        let draft = MessageDraft(body, limits: node.chat.configuration.limits)
        let answer = try await node.chat.log.submit(
            .send(
                room: room, from: try context.userID(), text: draft.text, nonce: draft.nonce, replyTo: draft.replyTo,
                files: draft.files, violation: draft.violation))
        guard case .sent(_, _, _, let isDuplicate) = answer else { throw Problem(.internalError) }
        return Response.object(isDuplicate ? .ok : .created) { answer.write(to: &$0) }
    }

    private func response(_ page: JSONPage, as name: String) -> Response {
        Response.object { writer in
            writer.name(name)
            writer.json(page.events)
            writer.member("more", page.hasMore)
        }
    }
}
