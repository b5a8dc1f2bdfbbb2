import Foundation

/// A fresh directory that goes when its owner does.
package final class TemporaryDirectory: Sendable {
    /// The directory's path, short enough for a Unix socket in it.
    package let path: String

    package init() throws {
        let name = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        path = "/tmp/parley-test-\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The permission bits of a file in it.
    package func mode(of name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: file(name))
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }
}
