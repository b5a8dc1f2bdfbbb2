import Foundation

/// Reads a file or standard input line by line.
final class LineSource {
    /// Bytes of a line, at the most: an event of the longest text is well below it.
    private static let maximumLine = 400_000
    private static let chunk = 65_536

    private let handle: FileHandle
    private var buffer = Data()
    /// Where in the buffer the next line begins.
    private var start = 0
    private var isAtEnd = false

    /// Opens the file; `-` is standard input. Throws ``CommandFailure``.
    init(path: String) throws {
        if path == "-" {
            handle = .standardInput
            return
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure("cannot read \(path): \(String(cString: strerror(errno)))")
        }
        self.handle = handle
    }

    /// The next line without its end, nil behind the last. Throws ``CommandFailure``.
    func next() throws -> String? {
        while true {
            if let end = buffer[start...].firstIndex(of: 0x0A) {
                defer { start = end + 1 }
                return try text(buffer[start..<end])
            }
            guard buffer.count - start <= Self.maximumLine else {
                throw CommandFailure("a line is too long for an export")
            }
            buffer = Data(buffer[start...])
            start = 0
            if isAtEnd {
                guard !buffer.isEmpty else { return nil }
                defer { buffer = Data() }
                return try text(buffer)
            }
            let more = try handle.read(upToCount: Self.chunk) ?? Data()
            if more.isEmpty { isAtEnd = true } else { buffer.append(more) }
        }
    }

    func close() { try? handle.close() }

    private func text(_ bytes: Data) throws -> String {
        guard let text = String(data: bytes, encoding: .utf8) else { throw CommandFailure("a line is not UTF-8") }
        return text
    }
}
