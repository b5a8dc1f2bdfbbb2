import Chat
import Hummingbird

/// `/rooms/{room}/messages/{seq}`: edits, deletions and reactions, as the socket's `edit`, `delete` and `react`.
struct MessageChangeRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.patch("rooms/:room/messages/:seq") { request, context in
            let (room, target, user) = (try context.room(), try context.target(), try context.userID())
            let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
            let text = try MessageDraft.text(body["text"], limits: node.chat.configuration.limits)
            return try await submit(.edit(room: room, target: target, text: text, by: user), user)
        }
        group.delete("rooms/:room/messages/:seq") { _, context in
            let user = try context.userID()
            return try await submit(
                .deleteMessage(room: try context.room(), target: try context.target(), by: user), user)
        }
        group.put("rooms/:room/messages/:seq/reactions/:emoji") { _, context in
            try await react(context, isOn: true)
        }
        group.delete("rooms/:room/messages/:seq/reactions/:emoji") { _, context in
            try await react(context, isOn: false)
        }
    }

    private func react(_ context: ParleyRequestContext, isOn: Bool) async throws -> Response {
        let user = try context.userID()
        return try await submit(
            .react(
                room: try context.room(), target: try context.target(), emoji: try context.emoji(), isOn: isOn,
                by: user), user)
    }

    private func submit(_ request: LogRequest, _ user: UserID) async throws -> Response {
        try node.chat.takeMessage(of: user)
        let answer = try await node.chat.log.submit(request)
        return Response.object { answer.write(to: &$0) }
    }
}

extension ParleyRequestContext {
    /// The message in the path. Throws `not_a_message` for what can be no `seq`.
    func target() throws -> Int64 {
        guard let seq = Int64(try parameters.require("seq")), seq > 0 else { throw ChatError.notAMessage }
        return seq
    }

    /// The emoji in the path. Throws `invalid_field`.
    func emoji() throws -> Emoji {
        let segment = PathSegment(try parameters.require("emoji"))
        guard let text = segment.decoded, let emoji = Emoji(text) else { throw ChatError.invalidEmoji }
        return emoji
    }
}
