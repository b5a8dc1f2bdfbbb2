package import Database

/// What the database knows of uploaded files; their content is kept elsewhere, by digest.
package struct FileLedger: Sendable {
    private let engine: any DatabaseEngine
    private let now: @Sendable () -> Int64

    /// `now` gives milliseconds since 1970 UTC.
    package init(engine: any DatabaseEngine, now: @escaping @Sendable () -> Int64) {
        self.engine = engine
        self.now = now
    }

    /// Enters a new file. Blocks. Throws `quota_exceeded` where the owner's files would be more than `quota` bytes, and
    /// `DatabaseError`.
    package func addBlocking(_ file: StoredFile, quota: Int64) throws {
        try engine.writeBlocking { connection in
            let used = try FileTable.bytes(of: file.owner, connection)
            guard used <= quota, file.info.size <= quota - used else { throw ChatError.quotaExceeded(limit: quota) }
            try FileTable.insert(file, at: now(), connection)
        }
    }

    /// The sum of the sizes of a user's files.
    package func bytes(of owner: UserID) async throws -> Int64 {
        try await engine.read { try FileTable.bytes(of: owner, $0) }
    }

    /// The file, for one who may read it now. Throws `file_not_found` and `DatabaseError`.
    package func file(_ id: FileID, for user: UserID) async throws -> StoredFile {
        guard let file = try await engine.read({ try FileTable.readable(id, by: user, $0) }) else {
            throw ChatError.fileNotFound
        }
        return file
    }

    /// The file, whoever may read it; nil where there is none. Blocks.
    package func fileBlocking(_ id: FileID) throws -> StoredFile? {
        try engine.readBlocking { try FileTable.file(id, $0) }
    }

    /// The files that messages of a room carry, in the order of their ids, those behind `cursor`.
    package func files(of room: RoomID, after cursor: FileID?, limit: Int) async throws -> [StoredFile] {
        try await engine.read { try FileTable.files(of: room, after: cursor, limit: limit, $0) }
    }

    /// Those of the digests that no file has. Blocks.
    package func unusedBlocking(_ digests: [String]) throws -> [String] {
        try engine.readBlocking { connection in
            try digests.filter { try !FileTable.isUsed(digest: $0, connection) }
        }
    }

    /// Deletes the files that were uploaded before `time` and are carried by no message, and says how many.
    package func deleteLoose(before time: Int64) async throws -> Int {
        try await engine.write { try FileTable.deleteLoose(before: time, $0) }
    }

    /// Deletes the files of a user that no message carries.
    package func deleteLoose(of owner: UserID) async throws {
        try await engine.write { try FileTable.deleteLoose(of: owner, $0) }
    }
}
