import Glibc
package import Logging

/// What log lines look like (`log.format`).
package enum LogFormat: String, Sendable, CaseIterable {
    /// For people: time, level, message, then `name=value`.
    case text
    /// For programs: one JSON object a line.
    case json
    /// Text on a terminal, JSON otherwise.
    case auto

    /// The format with `auto` decided by whether standard error is a terminal.
    package var resolved: LogFormat {
        guard self == .auto else { return self }
        return isatty(STDERR_FILENO) == 1 ? .text : .json
    }

    /// A handler that writes this format.
    ///
    /// - Parameters:
    ///   - label: The logger's label, written into JSON lines as `logger`.
    ///   - level: The least severe lines to write.
    ///   - output: Where the lines go.
    /// - Returns: The handler, to be given to a `Logger`.
    package func handler(
        label: String, level: Logger.Level, output: LogOutput = .standardError
    ) -> any LogHandler {
        switch resolved {
        case .text: LineLogHandler(label: label, level: level, output: output, encode: TextLogLine.encode)
        case .json, .auto: LineLogHandler(label: label, level: level, output: output, encode: JSONLogLine.encode)
        }
    }
}
