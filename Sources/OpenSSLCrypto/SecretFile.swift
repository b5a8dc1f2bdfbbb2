import Glibc

/// A file of secrets on disk: written whole and flushed or not at all, read only while nobody else may read it.
///
/// All functions block on the disk.
package struct SecretFile: Sendable {
    /// Where the file is.
    package let path: String

    /// Names the file without touching it.
    package init(path: String) {
        self.path = path
    }

    /// Reads the file; nil when there is none.
    ///
    /// Throws ``CryptoError`` with code `file` when group or others have any right on it, when it is no regular file,
    /// or when it is longer than `maximumBytes`.
    package func read(maximumBytes: Int = 1 << 20) throws -> SecretBytes? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("cannot be opened")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("cannot be examined") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw CryptoError(.file, "\(path) is not a regular file") }
        guard status.st_mode & 0o077 == 0 else {
            throw CryptoError(
                .file,
                """
                \(path) may be read or changed by other users of this machine (mode \
                \(String(status.st_mode & 0o777, radix: 8))); if you are sure that nobody did, run: chmod 600 \(path)
                """)
        }
        guard status.st_size <= maximumBytes else {
            throw CryptoError(.file, "\(path) is longer than \(maximumBytes) bytes")
        }
        return try SecretBytes(count: Int(status.st_size)) { buffer in
            var filled = 0
            while filled < buffer.count {
                let count = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw failure("cannot be read whole") }
                filled += count
            }
        }
    }

    /// Creates the file with `contents`; false, and nothing changed, when it is already there.
    package func create(_ contents: UnsafeRawBufferPointer, mode: UInt32 = 0o600) throws -> Bool {
        let temporary = try writeTemporary(contents, mode: mode)
        defer { unlink(temporary) }
        // A link, unlike a rename, does not replace what another process made meanwhile.
        guard link(temporary, path) == 0 else {
            if errno == EEXIST { return false }
            throw failure("cannot be created")
        }
        try flushDirectory()
        return true
    }

    /// Replaces or creates the file with `contents`: after a crash it is the old file or the new one.
    package func replace(_ contents: UnsafeRawBufferPointer, mode: UInt32 = 0o600) throws {
        let temporary = try writeTemporary(contents, mode: mode)
        guard rename(temporary, path) == 0 else {
            let error = failure("cannot be replaced")
            unlink(temporary)
            throw error
        }
        try flushDirectory()
    }

    private func writeTemporary(_ contents: UnsafeRawBufferPointer, mode: UInt32) throws -> String {
        let temporary = "\(path).\(Base64URL.encode(try RandomBytes.make(count: 9))).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode_t(0o600))
        guard descriptor >= 0 else { throw failure("cannot be written beside (\(temporary))") }
        defer { close(descriptor) }
        var written = 0
        while written < contents.count {
            let count = write(descriptor, contents.baseAddress?.advanced(by: written), contents.count - written)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure("cannot be written")
                unlink(temporary)
                throw error
            }
            written += count
        }
        // The mode is set here and not by open, whose argument the umask cuts.
        guard fchmod(descriptor, mode_t(mode)) == 0, fsync(descriptor) == 0 else {
            let error = failure("cannot be flushed")
            unlink(temporary)
            throw error
        }
        return temporary
    }

    /// A new name is durable only once its directory is.
    private func flushDirectory() throws {
        let directory = path.lastIndex(of: "/").map { path[..<$0].isEmpty ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("is in a directory that cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("is in a directory that cannot be flushed") }
    }

    private func failure(_ what: String, line: UInt = #line) -> CryptoError {
        CryptoError(.file, "\(path) \(what): \(String(cString: strerror(errno)))", line: line)
    }
}
