import Chat
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// `/files`: uploads and downloads.
struct FileRoutes {
    /// The path of uploads, the one route whose body is a form.
    static let uploadPath = "/api/v1/files"

    let node: ParleyNode

    func add(to group: RouterGroup<ParleyRequestContext>) {
        group.post("files") { request, context in try await upload(request, context) }
        group.get("files/:file") { request, context in try await download(request, context) }
        group.head("files/:file") { request, context in try await download(request, context) }
    }

    private func upload(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let owner = try context.userID()
        let limits = node.configuration.files
        var receiver: UploadReceiver?
        do {
            guard let slot = node.uploads.take(owner) else {
                throw Problem.retry(
                    .tooManyRequests, after: .seconds(1),
                    "More than \(limits.uploadsPerUser) uploads at the same time (files.uploads_per_user).")
            }
            defer { slot.free() }
            var began = try UploadReceiver(
                store: node.files, limits: limits, owner: owner, contentTypes: request.headers[values: .contentType])
            defer { receiver = began }
            let file = try await began.receive(request)
            return Response.object(.created) { file.writeMembers(to: &$0) }
        } catch {
            guard receiver?.isComplete != true else { throw error }
            throw refusal(error, context)
        }
    }

    /// The problem for an upload that is refused before its end: the client reads the answer while it still sends, and
    /// the connection ends soon after it.
    private func refusal(_ error: any Error, _ context: ParleyRequestContext) -> any Error {
        if error is CancellationError { return error }
        var problem = Problem(describing: error)
        if problem.status.kind == .serverError, !(error is Problem) {
            context.logger.error("an upload failed", metadata: ["error": "\(error)"])
        }
        problem.headers[.connection] = "close"
        if let channel = context.channel {
            let delay = node.configuration.limits.closeTimeout.milliseconds
            channel.eventLoop.scheduleTask(in: .milliseconds(delay)) { channel.close(promise: nil) }
        }
        return problem
    }

    private func download(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        guard let id = FileID(try context.parameters.require("file")) else { throw ChatError.fileNotFound }
        let user = try context.userID()
        let file = try await node.files.ledger.file(id, for: user)
        return try await FileResponse(
            store: node.files, file: file,
            stuckTimeout: .milliseconds(node.configuration.limits.stuckTimeout.milliseconds)
        ).response(to: request, channel: context.channel) {
            guard let slot = node.downloads.take(user) else {
                let limit = node.configuration.files.downloadsPerUser
                throw Problem.retry(
                    .tooManyRequests, after: .seconds(1),
                    "More than \(limit) downloads at the same time (files.downloads_per_user).")
            }
            return slot
        }
    }
}
