import Chat
import Database
import Hummingbird
import Identity
import NIOPosix

/// `/operator`: what only the operator of the host may do, over `admin.sock` or on the data directory.
///
/// No administrator reaches these over HTTPS, and they are no part of the published contract.
struct OperatorRoutes {
    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.post("backup") { request, context in try await backup(request, context) }
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
        group.post("rooms/:room/exports") { _, context in
            let room = try context.room()
            let record = try await node.rooms.record(room)
            node.record(
                .roomExported, context, subject: room.description, details: ["head": .number(record.head)])
            return Response.object { writer in
                writer.name("room_info")
                record.write(to: &writer)
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
            let body = try await object(request)
            guard let number = body["number"]?.number, let values = body["lines"]?.elements else {
                throw Problem.invalidField("lines", "must be an array, with the number of the first one")
            }
            let lines = values.compactMap(\.text)
            guard lines.count == values.count else { throw Problem.invalidField("lines", "must be an array of texts") }
            try await importer.append(
                lines, number: number, to: try context.room(), token: try context.parameters.require("import"))
            return Response(status: .noContent)
        }
        group.post("rooms/:room/imports/:import/finish") { request, context in
            let (body, room) = (try await object(request), try context.room())
            try await importer.finish(
                room, token: try context.parameters.require("import"), header: try body.text("header"))
            let record = try await node.rooms.record(room)
            node.record(
                .roomImported, context, subject: room.description, details: ["head": .number(record.head)])
            return Response.object(.created) { writer in
                writer.name("room_info")
                record.write(to: &writer)
            }
        }
        group.delete("rooms/:room/imports/:import") { _, context in
            try await importer.cancel(try context.room(), token: try context.parameters.require("import"))
            return Response(status: .noContent)
        }
    }

    private var importer: RoomImporter { node.importer }

    private func object(_ request: Request) async throws -> JSON.Object {
        try await request.object(upTo: node.configuration.limits.largeBodyBytes)
    }

    private func backup(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let path = try await request.object(upTo: node.configuration.limits.bodyBytes).text("path")
        try await node.audit.flush()
        let writer = BackupWriter(engine: node.engine, source: node.directory, now: node.clock.now)
        let manifest: BackupManifest
        do {
            manifest = try await NIOThreadPool.singleton.runIfActive { try writer.write(to: path) }
        } catch let error as BackupError {
            throw Problem(.invalidField, error.description, field: "path")
        }
        let size = manifest.entries.reduce(0) { $0 + $1.size }
        node.record(
            .backup, context,
            details: ["files": .number(Int64(manifest.entries.count)), "bytes": .number(size), "path": .text(path)])
        return Response.object(.created) { writer in
            writer.member("path", path)
            writer.member("files", Int64(manifest.entries.count))
            writer.member("bytes", size)
        }
    }
}
