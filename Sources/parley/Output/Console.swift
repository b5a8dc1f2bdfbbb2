import Foundation
import ParleyClient

/// Where a command's words go: results to standard output, messages to standard error.
enum Console {
    /// Writes a line of result.
    static func result(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    /// Writes a value as a line of JSON, the same for the same value.
    static func result(_ value: JSONValue) throws { FileHandle.standardOutput.write(try line(value)) }

    /// A value as a line of JSON with its end.
    static func line(_ value: JSONValue) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value) + Data([0x0A])
    }

    /// Writes a line for the person at the terminal.
    static func message(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

    /// Shows a line of progress in the place of the one before; only on a terminal.
    static func progress(_ line: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8))
    }
}
