import Chat
import Hummingbird
import Identity

/// `/admin/rooms`: every room, whoever its members are.
struct RoomAdministrationRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.get("rooms") { request, _ in
            let limit = try request.limit()
            let rooms = try await node.rooms.records(after: request.cursor, limit: limit + 1)
            let cursor = rooms.count > limit ? rooms[limit - 1].id.description : nil
            return Response.list(rooms.prefix(limit), cursor: cursor) { writer, room in room.write(to: &writer) }
        }
        group.post("rooms") { request, context in try await create(request, context) }
        group.get("rooms/:room") { _, context in try await record(of: try context.room()) }
        group.patch("rooms/:room") { request, context in
            let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
            let fields = RoomFields(body, limits: node.chat.configuration.limits)
            let (title, topic) = (try fields.title(), try fields.topic())
            return try await administer(
                .change(title: title, topic: topic, retention: try fields.retention()), context)
        }
        group.delete("rooms/:room") { _, context in
            try await submit(try context.room(), .delete, context)
            return Response(status: .noContent)
        }
        addMembers(to: group)
    }

    private func addMembers(to group: RouterGroup<ParleyRequestContext>) {
        group.get("rooms/:room/members") { request, context in
            let limit = try request.limit()
            let members = try await node.rooms.members(
                ofRecord: try context.room(), after: request.cursor, limit: limit + 1)
            return RoomRoutes(node: node).response(members, limit: limit, presence: [:])
        }
        group.put("rooms/:room/members/:user") { request, context in
            let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
            let role = try RoomFields(body, limits: node.chat.configuration.limits).role()
            return try await administer(.setMember(try context.member(), role: role), context)
        }
        group.delete("rooms/:room/members/:user") { _, context in
            try await submit(try context.room(), .removeMember(try context.member()), context)
            return Response(status: .noContent)
        }
    }

    private func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.object(upTo: node.configuration.limits.bodyBytes)
        let fields = RoomFields(body, limits: node.chat.configuration.limits)
        let (room, kind) = (try fields.id(), try fields.kind())
        let owner: UserID
        switch (try body.optionalText("owner"), context.caller) {
        case (let name?, _):
            guard let user = UserID(name) else { throw Problem(.userNotFound) }
            owner = user
        case (nil, .user(let caller)): owner = UserID(caller.user.username)
        case (nil, _): throw Problem.invalidField("owner", "must be the username of the room's owner")
        }
        try await submit(
            room, .create(kind: kind, title: try fields.title(), topic: try fields.topic(), owner: owner), context)
        return try await record(of: room, status: .created)
    }

    private func administer(_ act: RoomAdministration, _ context: ParleyRequestContext) async throws -> Response {
        let room = try context.room()
        try await submit(room, act, context)
        return try await record(of: room)
    }

    private func submit(_ room: RoomID, _ act: RoomAdministration, _ context: ParleyRequestContext) async throws {
        let request = LogRequest.administer(room: room, act, by: UserID(stored: context.actor))
        _ = try await node.carryOut(request, context)
    }

    private func record(of room: RoomID, status: HTTPResponse.Status = .ok) async throws -> Response {
        let record = try await node.rooms.record(room)
        return Response.object(status) { writer in
            writer.name("room_info")
            record.write(to: &writer)
        }
    }
}
