import Chat
import Foundation
import NIOCore
import NIOPosix
import OpenSSLCrypto

/// The content of uploaded files on disk: each once, under its SHA-256, whoever uploaded it how often.
///
/// `<data>/files/ab/abcd…` is a content and `<data>/files/incoming/` holds uploads on their way. What is there is told
/// by the ledger: a content that no file has is removed by ``collect()``. Keeping a content and removing one happen on
/// one thread, one after the other, so that a file never loses its content to a removal that was decided before.
final class FileStore: Sendable {
    /// What is known of files.
    let ledger: FileLedger
    private let directory: String
    let incoming: String
    /// Writes and reads.
    private let threads: NIOThreadPool
    /// Keeps and removes contents.
    let keeper = NIOThreadPool(numberOfThreads: 1)

    /// Makes the folders, and removes uploads that a crash has cut. Blocks. Throws ``FileStoreError``.
    init(directory: String, ledger: FileLedger, threads count: Int) throws {
        self.directory = directory
        self.ledger = ledger
        incoming = directory + "/incoming"
        try Self.makeDirectory(directory)
        try Self.makeDirectory(incoming)
        for name in try Self.names(in: incoming) { unlink(incoming + "/" + name) }
        threads = NIOThreadPool(numberOfThreads: count)
        threads.start()
        keeper.start()
    }

    /// Ends the threads after what they are doing.
    func stop() {
        threads.shutdownGracefully { _ in }
        keeper.shutdownGracefully { _ in }
    }

    /// Runs blocking work on one of the store's threads.
    func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await threads.runIfActive(body)
    }

    // MARK: Uploads

    /// Begins an upload.
    func begin() async throws -> IncomingFile {
        let path = incoming + "/" + (try FileID.random().description)
        return try await run { try IncomingFile(path: path) }
    }

    /// Enters a complete upload as a file of `owner`. Throws `quota_exceeded` and what the disk and the database throw;
    /// nothing is left behind then.
    func keep(_ upload: IncomingFile, name: String, owner: UserID, quota: Int64) async throws -> FileInfo {
        let content = try await run { try upload.finish() }
        let id = try FileID.random()
        return try await keeper.runIfActive { [self] in
            let info = FileInfo(
                id: id, name: name, size: content.size, type: content.type, pixels: content.pixels)
            try move(upload.path, toContent: content.digest)
            do {
                try ledger.addBlocking(StoredFile(info: info, digest: content.digest, owner: owner), quota: quota)
            } catch {
                // Where even that cannot be read, the next collection looks again.
                _ = try? remove([content.digest])
                throw error
            }
            return info
        }
    }

    /// Gives what stands at `path` its place; on the keeper's thread.
    func move(_ path: String, toContent digest: String) throws {
        let folder = directory + "/" + digest.prefix(2)
        let isNew = access(folder, F_OK) != 0
        if isNew { try Self.makeDirectory(folder) }
        guard rename(path, folder + "/" + digest) == 0 else { throw FileStoreError.last("rename") }
        try Self.synchronize(folder)
        if isNew { try Self.synchronize(directory) }
    }

    // MARK: Downloads

    /// Opens a file's content. Whoever gets it closes it on a thread of the store.
    func open(_ file: StoredFile) async throws -> DiskFile {
        let path = path(ofContent: file.digest)
        return try await run { try DiskFile(path, O_RDONLY) }
    }

    // MARK: Collection

    /// Removes every content that no file has, a folder at a time, and says how many went.
    func collect() async throws -> Int {
        var removed = 0
        for folder in try await run({ [directory] in try Self.names(in: directory) }) where folder.utf8.count == 2 {
            try Task.checkCancellation()
            removed += try await keeper.runIfActive { [self] in
                try remove(try Self.names(in: directory + "/" + folder))
            }
        }
        return removed
    }

    /// Removes those of the contents that no file has; on the keeper's thread.
    func remove(_ digests: [String]) throws -> Int {
        let unused = try ledger.unusedBlocking(digests)
        for digest in unused { unlink(path(ofContent: digest)) }
        return unused.count
    }

    /// Where a content is.
    func path(ofContent digest: String) -> String { "\(directory)/\(digest.prefix(2))/\(digest)" }

    // MARK: The file system

    private static func makeDirectory(_ path: String) throws {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileStoreError.last("mkdir") }
    }

    private static func synchronize(_ directory: String) throws {
        let file = try DiskFile(directory, O_RDONLY | O_DIRECTORY)
        defer { file.close() }
        try file.synchronize()
    }

    private static func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory)
    }
}
