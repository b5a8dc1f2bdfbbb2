import Database
import Foundation

/// Copies a data directory as it is at one moment, while the server goes on.
///
/// What a copy needs besides the database is taken in an order that fits however much happens meanwhile: the end of the
/// audit log before the entries (the entries may be ahead of it, never behind), the keys after the sessions, uploaded
/// files before the messages that carry them and once more behind them.
struct BackupWriter: Sendable {
    let engine: any DatabaseEngine
    let source: DataDirectory
    /// Milliseconds since 1970 UTC.
    let now: Int64

    /// Files of the data directory that are copied before the database, and after it.
    private static let before = ["audit.key", "audit.head"]
    private static let after = ["keys.json"]
    private static let database = "parley.sqlite3"
    private static let uploads = "files"

    /// Writes the backup to `destination`, an absolute path that must not exist; blocks. What was not finished is
    /// removed. Throws ``BackupError`` and `DatabaseError`.
    func write(to destination: String) throws -> BackupManifest {
        guard destination.hasPrefix("/") else { throw BackupError("\(destination) is no absolute path") }
        guard !FileManager.default.fileExists(atPath: destination) else {
            throw BackupError("\(destination) exists already: name a new directory")
        }
        let unfinished = destination + ".unfinished"
        try files("make \(unfinished)") {
            try FileManager.default.createDirectory(
                atPath: unfinished, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        }
        do {
            let manifest = try fill(unfinished)
            try files("make \(destination)") {
                try FileManager.default.moveItem(atPath: unfinished, toPath: destination)
                try Self.synchronize((destination as NSString).deletingLastPathComponent)
            }
            return manifest
        } catch {
            try? FileManager.default.removeItem(atPath: unfinished)
            throw error
        }
    }

    private func fill(_ directory: String) throws -> BackupManifest {
        for name in Self.before { try copy(name, to: directory, isRequired: false) }
        try copyUploads(to: directory)
        try engine.copyBlocking(to: directory + "/" + Self.database)
        try protect(directory + "/" + Self.database)
        for name in Self.after { try copy(name, to: directory, isRequired: true) }
        try copyUploads(to: directory)
        let manifest = BackupManifest(
            createdAt: now, entries: try paths(in: directory).map { try BackupManifest.entry($0, in: directory) })
        let path = directory + "/" + BackupManifest.name
        try files("write \(path)") {
            try Data(manifest.encoded()).write(to: URL(fileURLWithPath: path))
            try protect(path)
            try Self.synchronize(directory)
        }
        return manifest
    }

    private func copy(_ name: String, to directory: String, isRequired: Bool) throws {
        let path = source.path + "/" + name
        guard isRequired || FileManager.default.fileExists(atPath: path) else { return }
        try files("copy \(path)") {
            try FileManager.default.copyItem(atPath: path, toPath: directory + "/" + name)
            try protect(directory + "/" + name)
        }
    }

    /// Copies the uploaded files that the backup does not have yet. Uploads on their way are left out.
    private func copyUploads(to directory: String) throws {
        let (from, to) = (source.path + "/" + Self.uploads, directory + "/" + Self.uploads)
        guard FileManager.default.fileExists(atPath: from) else { return }
        try files("copy \(from)") {
            for folder in [""] + (try Self.names(in: from)).filter({ $0.count == 2 }).map({ "/" + $0 }) {
                let made = to + folder
                if !FileManager.default.fileExists(atPath: made) {
                    try FileManager.default.createDirectory(
                        atPath: made, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
                }
                guard !folder.isEmpty else { continue }
                for name in try Self.names(in: from + folder)
                where !FileManager.default.fileExists(atPath: made + "/" + name) {
                    // One that was deleted since the folder was read is not missed.
                    guard FileManager.default.fileExists(atPath: from + folder + "/" + name) else { continue }
                    try FileManager.default.copyItem(atPath: from + folder + "/" + name, toPath: made + "/" + name)
                    try protect(made + "/" + name)
                }
            }
        }
    }

    private func paths(in directory: String) throws -> [String] {
        let all = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
        return all.sorted().filter { path in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: directory + "/" + path, isDirectory: &isDirectory)
                && !isDirectory.boolValue
        }
    }

    private static func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }

    /// Readable by its owner only, and on the disk.
    private func protect(_ path: String) throws {
        try files("protect \(path)") {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            try Self.synchronize(path)
        }
    }

    private static func synchronize(_ path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw BackupError("\(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw BackupError("\(path): \(String(cString: strerror(errno)))") }
    }

    private func files<T>(_ act: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as BackupError {
            throw error
        } catch {
            throw BackupError("cannot \(act): \(error.localizedDescription)")
        }
    }
}
