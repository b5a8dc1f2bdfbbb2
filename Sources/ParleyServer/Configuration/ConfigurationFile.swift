import Glibc

/// Reads the configuration file.
enum ConfigurationFile {
    /// A configuration has some kilobytes; this stops a mistyped path from filling memory.
    private static let maximumBytes = 1 << 20

    /// The file's contents; blocks.
    ///
    /// - Throws: The system's reason with the path, or that the file is too large.
    static func read(_ path: String) throws(ConfigurationProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while contents.count <= maximumBytes {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count == 0 { return contents }
            if count > 0 {
                contents += piece.prefix(count)
            } else if errno != EINTR {
                throw failure(path)
            }
        }
        throw ConfigurationProblem(place: path, reason: "the file is larger than \(ByteSizeText.format(maximumBytes))")
    }

    private static func failure(_ path: String) -> ConfigurationProblem {
        ConfigurationProblem(place: path, reason: "cannot be read: \(String(cString: strerror(errno)))")
    }
}
