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
        RoomTransferRoutes(node: node).add(to: group)
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
