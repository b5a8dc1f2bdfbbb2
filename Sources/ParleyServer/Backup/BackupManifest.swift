import Chat
import Foundation
import OpenSSLCrypto

/// What a backup holds: each file with its size and its SHA-256.
package struct BackupManifest: Sendable, Equatable {
    /// One file of a backup.
    package struct Entry: Sendable, Equatable {
        /// The path within the backup.
        package let path: String
        package let size: Int64
        /// 64 hexadecimal digits.
        package let digest: String
    }

    /// The manifest's own name; it is written last, so that a backup with one is whole.
    package static let name = "manifest.json"
    private static let version: Int64 = 1

    /// Milliseconds since 1970 UTC.
    package let createdAt: Int64
    package let entries: [Entry]

    init(createdAt: Int64, entries: [Entry]) {
        self.createdAt = createdAt
        self.entries = entries
    }

    /// Reads the manifest of a backup; blocks. Throws ``BackupError``.
    package init(readingFrom directory: String) throws {
        let path = directory + "/" + Self.name
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw BackupError("\(path) cannot be read: no backup stands there, or one that was not finished")
        }
        guard case .object(let object)? = try? bytes.withUnsafeBytes({ try JSONReader.read($0) }),
            object["version"]?.number == Self.version, let time = object["created_at_ms"]?.number,
            let items = object["files"]?.elements
        else { throw BackupError("\(path) is not the manifest of a backup of this version") }
        createdAt = time
        entries = try items.map { item in
            guard let path = item.member("path")?.text, let size = item.member("size")?.number,
                let digest = item.member("sha256")?.text,
                !path.hasPrefix("/"), !path.split(separator: "/").contains("..")
            else { throw BackupError("\(path) has an entry that names no file") }
            return Entry(path: path, size: size, digest: digest)
        }
    }

    /// The manifest as JSON.
    func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("version", Self.version)
            writer.member("product", ParleyNode.product)
            writer.member("created_at", time: createdAt)
            writer.member("created_at_ms", createdAt)
            writer.name("files")
            writer.array { writer in
                for entry in entries {
                    writer.object { writer in
                        writer.member("path", entry.path)
                        writer.member("size", entry.size)
                        writer.member("sha256", entry.digest)
                    }
                }
            }
        }
        return writer.bytes
    }

    /// Compares every file with the manifest; blocks, and calls `progress` with the bytes that were read. Throws
    /// ``BackupError``, which names the first file that is missing or differs.
    package func verify(_ directory: String, progress: (Int64) -> Void = { _ in }) throws {
        var done: Int64 = 0
        for entry in entries {
            let found = try Self.entry(entry.path, in: directory)
            guard found == entry else { throw BackupError("\(entry.path) is not what the manifest says") }
            done += entry.size
            progress(done)
        }
    }

    /// The entry of a file as it stands there; blocks. Throws ``BackupError``.
    static func entry(_ path: String, in directory: String) throws -> Entry {
        do {
            // Mapped: a database may be larger than memory.
            let bytes = try Data(contentsOf: URL(fileURLWithPath: directory + "/" + path), options: .alwaysMapped)
            let digest = bytes.withUnsafeBytes { SHA256Digest(of: $0) }
            return Entry(path: path, size: Int64(bytes.count), digest: digest.hexadecimal)
        } catch {
            throw BackupError("\(path) cannot be read: \(error.localizedDescription)")
        }
    }
}
