import Foundation

/// The folder of a server's state, held by one process at a time.
package final class DataDirectory: Sendable {
    /// The folder's path.
    package let path: String
    private let lock: Int32

    /// The content of uploaded files.
    package var files: String { path + "/files" }
    /// The key ring.
    package var keys: String { path + "/keys.json" }

    /// The key of the audit log.
    package var auditKey: String { path + "/audit.key" }
    /// The signed end of the audit log.
    package var auditHead: String { path + "/audit.head" }

    /// Makes the folder, readable by its owner only, and takes its lock, which lasts as long as the process.
    ///
    /// Throws ``NodeError`` with the code `data_directory` when another process has it, or it cannot be made.
    package init(path: String) throws {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw NodeError(.dataDirectory, "cannot make the data directory \(path): \(error.localizedDescription)")
        }
        lock = open(path + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw NodeError(
                .dataDirectory, "cannot write in the data directory \(path): \(String(cString: strerror(errno)))")
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw NodeError(
                .dataDirectoryInUse, "the data directory \(path) is in use by another parley process: one server each")
        }
    }

    /// Gives the folder back.
    package func release() { close(lock) }
}
