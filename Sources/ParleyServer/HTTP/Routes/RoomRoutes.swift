import Chat
import Hummingbird
import Identity

/// `/rooms`: rooms and their members.
struct RoomRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.get("rooms") { request, context in
            let limit = try request.limit()
            let rooms = try await node.rooms.rooms(
                of: try context.userID(), after: request.cursor, limit: limit + 1)
            let cursor = rooms.count > limit ? rooms[limit - 1].id.description : nil
            return Response.list(rooms.prefix(limit), cursor: cursor) { writer, room in room.write(to: &writer) }
        }
        group.post("rooms") { request, context in try await create(request, context) }
        group.get("rooms/:room") { _, context in
            let room = try await node.rooms.room(try context.room(), for: try context.userID())
            return Response.object { writer in
                writer.name("room_info")
                room.write(to: &writer)
            }
        }
        group.patch("rooms/:room") { request, context in
            let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
            let fields = fields(body)
            return try await submit(
                .change(
                    room: try context.room(), title: try fields.title(), topic: try fields.topic(),
                    kind: try kind(body),
                    slowMode: try slowMode(body), isArchived: try truth("archived", of: body),
                    retention: try fields.retention(),
                    by: try context.userID()), context)
        }
        group.delete("rooms/:room") { _, context in
            try await submit(.delete(room: try context.room(), by: try context.userID()), context)
        }
        addMembers(to: group)
        BanRoutes(node: node).add(to: group)
    }

    private func addMembers(to group: RouterGroup<ParleyRequestContext>) {
        group.get("rooms/:room/members") { request, context in
            let limit = try request.limit()
            let user = try context.userID()
            let members = try await node.rooms.members(
                of: try context.room(), for: user, after: request.cursor, limit: limit + 1)
            let presence = try await node.chat.presence.presence(of: members.map(\.user), for: user)
            return response(members, limit: limit, presence: presence)
        }
        group.put("rooms/:room/members/:user") { request, context in
            let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
            return try await submit(
                .setMember(
                    room: try context.room(), user: try context.member(), role: try fields(body).role(),
                    isMuted: try truth("muted", of: body), by: try context.userID()), context)
        }
        group.delete("rooms/:room/members/:user") { _, context in
            try await submit(
                .removeMember(room: try context.room(), user: try context.member(), by: try context.userID()), context)
        }
    }

    /// A page of members, of which one more than `limit` was read, with what the caller may know of their presence.
    func response(_ members: [RoomReader.Entry], limit: Int, presence: [UserID: Presence]) -> Response {
        let cursor = members.count > limit ? members[limit - 1].user.description : nil
        return Response.list(members.prefix(limit), cursor: cursor) { writer, entry in
            writer.object { writer in
                writer.member("user", entry.user.description)
                writer.member("name", node.chat.users.displayName(of: entry.user))
                writer.member("role", entry.member.role.rawValue)
                writer.member("muted", entry.member.isMuted)
                writer.member("joined_at", time: entry.joinedAt)
                writer.presence(presence[entry.user])
            }
        }
    }

    private func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
        let fields = fields(body)
        let (room, kind) = (try fields.id(), try fields.kind())
        return try await submit(
            .create(
                room: room, kind: kind, title: try fields.title(), topic: try fields.topic(), by: try context.userID()),
            context, status: .created)
    }

    private func submit(
        _ request: LogRequest, _ context: ParleyRequestContext, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        try await node.administer(request, context, status: status)
    }

    private func fields(_ body: JSON.Object) -> RoomFields {
        RoomFields(body, limits: node.chat.configuration.limits)
    }

    private func kind(_ body: JSON.Object) throws -> RoomKind? {
        guard let text = try body.optionalText("kind") else { return nil }
        guard let kind = RoomKind(rawValue: text), kind != .direct else {
            throw Problem.invalidField("kind", "must be public or private")
        }
        return kind
    }

    private func slowMode(_ body: JSON.Object) throws -> Int64? {
        guard let seconds = try body.optionalNumber("slow_mode") else { return nil }
        guard (0...86_400).contains(seconds) else {
            throw Problem.invalidField("slow_mode", "must be a number of seconds from 0 to 86400")
        }
        return seconds
    }

    private func truth(_ name: String, of body: JSON.Object) throws -> Bool? {
        guard let value = body[name] else { return nil }
        guard let truth = value.truth else { throw Problem.invalidField(name, "must be true or false") }
        return truth
    }
}

extension ParleyNode {
    /// Has the log carry out a request about a room, and notes it in the audit log where it is administration.
    func carryOut(_ request: LogRequest, _ context: ParleyRequestContext) async throws -> LogAnswer {
        let answer = try await chat.log.submit(request)
        if let (room, details) = request.administration {
            record(.room, context, subject: room.description, details: details)
        }
        return answer
    }

    /// Does so, and answers with what the log answers.
    func administer(
        _ request: LogRequest, _ context: ParleyRequestContext, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let answer = try await carryOut(request, context)
        if answer == .done { return Response(status: .noContent) }
        return Response.object(status) { answer.write(to: &$0) }
    }
}

extension ParleyRequestContext {
    /// The caller's name on the side of chat. Throws the problem `no_token`.
    func userID() throws -> UserID { UserID(try user().user.username) }

    /// The room in the path. Throws `room_not_found` for a slug that no room can have.
    func room() throws -> RoomID {
        guard let room = RoomID(try parameters.require("room")) else { throw Problem(.roomNotFound) }
        return room
    }

    /// The user in the path. Throws `user_not_found` for a name that no user can have.
    func member() throws -> UserID {
        guard let user = UserID(try parameters.require("user")) else { throw Problem(.userNotFound) }
        return user
    }
}
