import Chat
import Hummingbird
import Identity

/// `/operator/rooms/…`: rooms that leave as files, and come from them.
struct RoomTransferRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.get("rooms/:room/log") { request, context in
            let page = try await node.chat.reader.log(
                room: try context.room(), after: try request.number("after", in: 0...Int64.max) ?? 0,
                through: try request.number("through", in: 0...Int64.max) ?? .max)
            return Response.object { writer in
                writer.name("events")
                writer.json(page.events)
                writer.member("more", page.hasMore)
            }
        }
        group.get("rooms/:room/people") { request, context in
            let limit = try request.limit()
            let people = try await node.rooms.people(
                ofRecord: try context.room(), at: node.clock.now, after: request.cursor, limit: limit + 1)
            let cursor = people.count > limit ? people[limit - 1].user.description : nil
            return Response.list(people.prefix(limit), cursor: cursor) { writer, person in person.write(to: &writer) }
        }
        group.post("rooms/:room/exports") { _, context in
            let record = try await node.rooms.record(try context.room())
            return tell(record, .roomExported, context)
        }
        group.post("rooms/:room/exports/files") { request, context in
            let directory = try await object(request).text("directory")
            let sizes = try await node.files.copyFiles(of: try context.room(), to: directory)
            return Response.object(.created) { writer in
                writer.member("files", Int64(sizes.count))
                writer.member("bytes", sizes.reduce(0, +))
            }
        }
        addImports(to: group)
    }

    private func addImports(to group: RouterGroup<ParleyRequestContext>) {
        group.post("rooms/:room/imports") { request, context in
            let body = try await object(request)
            let token = try await importer.begin(try context.room(), header: try body.text("header"))
            return Response.object(.created) { $0.member("import", token) }
        }
        group.post("rooms/:room/imports/:import/lines") { request, context in
            try await append(try await object(request), context)
            return Response(status: .noContent)
        }
        group.post("rooms/:room/imports/:import/finish") { request, context in
            let (body, room) = (try await object(request), try context.room())
            try await importer.finish(
                room, token: try context.parameters.require("import"), header: try body.text("header"))
            return tell(try await node.rooms.record(room), .roomImported, context, status: .created)
        }
        group.delete("rooms/:room/imports/:import") { _, context in
            try await importer.cancel(try context.room(), token: try context.parameters.require("import"))
            return Response(status: .noContent)
        }
    }

    private func append(_ body: JSON.Object, _ context: ParleyRequestContext) async throws {
        guard let number = body["number"]?.number, let values = body["lines"]?.elements else {
            throw Problem.invalidField("lines", "must be an array, with the number of the first one")
        }
        let lines = values.compactMap(\.text)
        guard lines.count == values.count else { throw Problem.invalidField("lines", "must be an array of texts") }
        let room = try context.room()
        let directory = try body.optionalText("files")
        if let directory {
            for (file, owner) in try importer.files(in: lines, number: number, of: room) {
                try await node.files.takeIn(file, owner: owner, from: directory)
            }
        }
        try await importer.append(
            lines, number: number, to: room, token: try context.parameters.require("import"),
            withFiles: directory != nil)
    }

    private func tell(
        _ record: RoomRecord, _ kind: AuditKind, _ context: ParleyRequestContext, status: HTTPResponse.Status = .ok
    ) -> Response {
        node.record(kind, context, subject: record.id.description, details: ["head": .number(record.head)])
        return Response.object(status) { writer in
            writer.name("room_info")
            record.write(to: &writer)
        }
    }

    private var importer: RoomImporter { node.importer }

    private func object(_ request: Request) async throws -> JSON.Object {
        try await request.object(upTo: node.configuration.limits.largeBodyBytes)
    }
}
