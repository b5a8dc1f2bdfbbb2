import Database

/// The rows of uploaded files, and which messages carry them.
///
/// A row without a message is loose and goes some time after its upload; a row whose last message goes, goes with it.
enum FileTable {
    private static let columns = "file, name, size, type, width, height, digest, owner"

    static func insert(_ file: StoredFile, at now: Int64, _ connection: any SQLConnection) throws {
        try connection.execute(
            """
            INSERT INTO files (file, name, size, type, width, height, digest, owner, created_at, loose_since) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
            """,
            [
                .text(file.info.id.description), .text(file.info.name), .integer(file.info.size),
                .text(file.info.type), .optional(file.info.pixels?.width), .optional(file.info.pixels?.height),
                .text(file.digest), .text(file.owner.description), .integer(now),
            ])
    }

    /// The sum of the sizes of a user's files.
    static func bytes(of owner: UserID, _ connection: any SQLConnection) throws -> Int64 {
        try connection.first(
            "SELECT COALESCE(sum(size), 0) FROM files WHERE owner = $1", [.text(owner.description)]
        ) { $0.integer(0) } ?? 0
    }

    /// The file, whoever may read it.
    static func file(_ id: FileID, _ connection: any SQLConnection) throws -> StoredFile? {
        try connection.first("SELECT \(columns) FROM files WHERE file = $1", [.text(id.description)], file)
    }

    /// The files that messages of a room carry, in the order of their ids, those behind `cursor`.
    static func files(
        of room: RoomID, after cursor: FileID?, limit: Int, _ connection: any SQLConnection
    ) throws -> [StoredFile] {
        try connection.all(
            """
            SELECT \(columns) FROM files WHERE file > $2 \
            AND file IN (SELECT file FROM message_files WHERE room = $1) ORDER BY file LIMIT $3
            """, [.text(room.description), .text(cursor?.description ?? ""), .integer(limit)], file)
    }

    /// The file, for its uploader and for members of a room with a message that carries it; nil for everyone else.
    static func readable(_ id: FileID, by user: UserID, _ connection: any SQLConnection) throws -> StoredFile? {
        try connection.first(
            """
            SELECT \(columns) FROM files f WHERE f.file = $1 AND (f.owner = $2 OR EXISTS ( \
            SELECT 1 FROM message_files a JOIN members m ON m.room = a.room AND m.username = $2 AND m.state = 0 \
            WHERE a.file = f.file))
            """, [.text(id.description), .text(user.description)], file)
    }

    /// The files of the ids in their order. Throws `file_not_found` where one is not the user's own.
    static func attachable(_ ids: [FileID], of user: UserID, _ connection: any SQLConnection) throws -> [FileInfo] {
        try ids.map { id in
            let found = try connection.first(
                "SELECT \(columns) FROM files WHERE file = $1 AND owner = $2",
                [.text(id.description), .text(user.description)], file)
            guard let found else { throw ChatError.fileNotFound }
            return found.info
        }
    }

    /// Takes note that a message carries the files.
    static func attach(_ files: [FileInfo], to room: RoomID, _ seq: Int64, _ connection: any SQLConnection) throws {
        for file in files {
            try connection.execute(
                "INSERT INTO message_files (room, seq, file) VALUES ($1, $2, $3)",
                [.text(room.description), .integer(seq), .text(file.id.description)])
            try connection.execute(
                "UPDATE files SET loose_since = NULL WHERE file = $1 AND loose_since IS NOT NULL",
                [.text(file.id.description)])
        }
    }

    /// Takes the files off the messages with a `seq` of `range`, and deletes those that no other message carries.
    ///
    /// For the transaction in which the messages are deleted. A deleted message that stays as a tombstone must lose
    /// `events.files` too.
    static func release(room: RoomID, _ range: ClosedRange<Int64>, _ connection: any SQLConnection) throws {
        let bounds: [SQLValue] = [
            .text(room.description), .integer(range.lowerBound), .integer(range.upperBound),
        ]
        try connection.execute(
            """
            DELETE FROM files WHERE file IN ( \
            SELECT file FROM message_files WHERE room = $1 AND seq >= $2 AND seq <= $3) \
            AND NOT EXISTS (SELECT 1 FROM message_files a WHERE a.file = files.file \
            AND NOT (a.room = $1 AND a.seq >= $2 AND a.seq <= $3))
            """, bounds)
        try connection.execute("DELETE FROM message_files WHERE room = $1 AND seq >= $2 AND seq <= $3", bounds)
    }

    /// Deletes what was uploaded before `time` and is carried by no message, and says how much that was.
    static func deleteLoose(before time: Int64, _ connection: any SQLConnection) throws -> Int {
        try connection.execute("DELETE FROM files WHERE loose_since < $1", [.integer(time)])
        return connection.changes
    }

    /// Deletes what the user uploaded and no message carries.
    static func deleteLoose(of owner: UserID, _ connection: any SQLConnection) throws {
        try connection.execute(
            "DELETE FROM files WHERE owner = $1 AND loose_since IS NOT NULL", [.text(owner.description)])
    }

    /// Tells whether a file has that content.
    static func isUsed(digest: String, _ connection: any SQLConnection) throws -> Bool {
        try connection.first("SELECT 1 FROM files WHERE digest = $1 LIMIT 1", [.text(digest)]) { _ in true } ?? false
    }

    private static func file(_ row: any SQLRow) -> StoredFile {
        var pixels: FileInfo.Pixels?
        if let width = row.integerOrNil(4), let height = row.integerOrNil(5) {
            pixels = FileInfo.Pixels(width: width, height: height)
        }
        return StoredFile(
            info: FileInfo(
                id: FileID(stored: row.text(0)), name: row.text(1), size: row.integer(2), type: row.text(3),
                pixels: pixels),
            digest: row.text(6), owner: UserID(stored: row.text(7)))
    }
}
