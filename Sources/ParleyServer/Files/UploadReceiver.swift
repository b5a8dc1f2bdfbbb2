import Chat
import Hummingbird
import NIOCore

/// Takes the one file of a multipart form from a request's body to the disk, never holding more than a block of it.
struct UploadReceiver {
    /// Bytes that are collected before they are written.
    private static let blockBytes = 128 * 1024
    /// What a form may be larger than its file.
    private static let overheadBytes = 16 * 1024

    let store: FileStore
    let limits: ParleyConfiguration.Files
    let owner: UserID
    /// Whether the body was read to its end, so that another request may follow on the connection.
    private(set) var isComplete = false
    private var parser: MultipartParser
    private var block = ByteBuffer()
    private var name: String?
    private var size: Int64 = 0
    private var isInFile = false
    private var left: Int64 = 0

    /// Throws the problem `unsupported_media_type` for a request that carries no multipart form.
    init(store: FileStore, limits: ParleyConfiguration.Files, owner: UserID, contentTypes: [String]) throws {
        guard contentTypes.count == 1, let boundary = MultipartBoundary(contentType: contentTypes[0]) else {
            throw Problem(
                .unsupportedMediaType, "A file is sent as multipart/form-data with a boundary, in the field 'file'.")
        }
        self.store = store
        self.limits = limits
        self.owner = owner
        parser = MultipartParser(boundary: boundary)
    }

    /// Reads the form and keeps its file. Throws ``Problem``, `ChatError` and what the disk and the database throw.
    mutating func receive(_ request: Request) async throws -> FileInfo {
        left = Int64(limits.quotaBytes) - (try await store.ledger.bytes(of: owner))
        if let length = request.headers[.contentLength].flatMap({ Int64($0) }) {
            try check(size: length - Int64(Self.overheadBytes))
        }
        let upload = try await store.begin()
        do {
            let file = try await receive(request, into: upload)
            try? await store.run { upload.discard() }
            return file
        } catch {
            try? await store.run { upload.discard() }
            throw error
        }
    }

    private mutating func receive(_ request: Request, into upload: IncomingFile) async throws -> FileInfo {
        let end = ContinuousClock.now + limits.uploadTimeout
        for try await bytes in request.body {
            guard ContinuousClock.now < end else {
                throw Problem(.requestTimeout, "The upload took longer than files.upload_timeout.")
            }
            for part in try parser.parse(bytes) { try await take(part, into: upload) }
        }
        try parser.finish()
        isComplete = true
        guard let name else { throw Problem.invalidField("file", "is missing") }
        try await write(into: upload)
        return try await store.keep(upload, name: name, owner: owner, quota: Int64(limits.quotaBytes))
    }

    private mutating func take(_ part: MultipartParser.Part, into upload: IncomingFile) async throws {
        switch part {
        case .head(let head):
            guard head.name == "file" else {
                throw Problem.invalidField("file", "is the only field that the form may have")
            }
            guard name == nil else { throw Problem.invalidField("file", "stands twice: one upload, one file") }
            name = FileName.cleaned(head.filename)
        case .content(let bytes):
            size += Int64(bytes.readableBytes)
            try check(size: size)
            block.writeImmutableBuffer(bytes)
            if block.readableBytes >= Self.blockBytes { try await write(into: upload) }
        case .end: break
        }
    }

    private mutating func write(into upload: IncomingFile) async throws {
        guard block.readableBytes > 0 else { return }
        let full = block
        try await store.run { try upload.append(full) }
        block = ByteBuffer()
    }

    private func check(size: Int64) throws {
        guard size <= Int64(limits.maximumBytes) else {
            throw Problem(
                .fileTooLarge, "The file is larger than \(limits.maximumBytes) bytes (files.maximum_bytes).")
        }
        guard size <= left else { throw ChatError.quotaExceeded(limit: Int64(limits.quotaBytes)) }
    }
}
