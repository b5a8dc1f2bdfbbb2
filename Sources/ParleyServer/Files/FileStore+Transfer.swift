import Chat
import Foundation
import NIOCore
import NIOPosix

// Contents that leave with an exported room and come with an imported one, each under its file's id.
extension FileStore {
    private static let chunk = 1 << 20

    /// Copies the contents of a room's files into a directory, which is made where it is missing; says how many bytes
    /// each of them has. One that is deleted meanwhile is left out.
    func copyFiles(of room: RoomID, to directory: String) async throws -> [Int64] {
        try await run {
            guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw FileStoreError.last("mkdir") }
        }
        var sizes: [Int64] = []
        var cursor: FileID?
        while true {
            let files = try await ledger.files(of: room, after: cursor, limit: 100)
            for file in files {
                if try await run({ try self.copy(file, to: directory) }) { sizes.append(file.info.size) }
            }
            guard let last = files.last else { return sizes }
            cursor = last.info.id
        }
    }

    private func copy(_ file: StoredFile, to directory: String) throws -> Bool {
        let path = "\(directory)/\(file.info.id)"
        if access(path, F_OK) == 0 { return true }
        guard access(self.path(ofContent: file.digest), F_OK) == 0 else { return false }
        let source = try DiskFile(self.path(ofContent: file.digest), O_RDONLY)
        defer { source.close() }
        unlink(path + ".unfinished")
        let copy = try DiskFile(path + ".unfinished", O_CREAT | O_EXCL | O_WRONLY)
        defer { copy.close() }
        try Self.forEachChunk(of: source) { try $0.withUnsafeReadableBytes(copy.write) }
        try copy.synchronize()
        guard rename(path + ".unfinished", path) == 0 else { throw FileStoreError.last("rename") }
        return true
    }

    /// Enters the content at `directory/id` as that file, of that owner, whatever quota there is. Throws `ChatError`
    /// where it is not what was exported, or there is another file of that id.
    func takeIn(_ file: FileInfo, owner: UserID, from directory: String) async throws {
        let upload = try await run { [incoming] in
            let source: DiskFile
            do {
                source = try DiskFile("\(directory)/\(file.id)", O_RDONLY)
            } catch {
                throw ChatError.badImport("the file \(file.id) cannot be read: \(error)")
            }
            defer { source.close() }
            let upload = try IncomingFile(path: incoming + "/" + (try FileID.random().description))
            do {
                try Self.forEachChunk(of: source) { try upload.append($0) }
            } catch {
                upload.discard()
                throw error
            }
            return upload
        }
        do {
            let content = try await run { try upload.finish() }
            guard content.size == file.size else {
                throw ChatError.badImport("the file \(file.id) has \(content.size) bytes and not \(file.size)")
            }
            try await keeper.runIfActive { [self] in try keep(content, of: upload, as: file, owner: owner) }
        } catch {
            upload.discard()
            throw error
        }
        upload.discard()
    }

    private func keep(_ content: IncomingFile.Content, of upload: IncomingFile, as file: FileInfo, owner: UserID) throws
    {
        if let known = try ledger.fileBlocking(file.id) {
            guard known.digest == content.digest else {
                throw ChatError.badImport("the file \(file.id) is another one here")
            }
            return
        }
        let info = FileInfo(
            id: file.id, name: FileName.cleaned(file.name), size: content.size, type: content.type,
            pixels: content.pixels)
        try move(upload.path, toContent: content.digest)
        do {
            try ledger.addBlocking(StoredFile(info: info, digest: content.digest, owner: owner), quota: .max)
        } catch {
            _ = try? remove([content.digest])
            throw error
        }
    }

    private static func forEachChunk(of file: DiskFile, _ body: (ByteBuffer) throws -> Void) throws {
        var offset: Int64 = 0
        while true {
            let bytes = try file.read(at: offset, count: chunk)
            guard bytes.readableBytes > 0 else { return }
            try body(bytes)
            offset += Int64(bytes.readableBytes)
        }
    }
}
