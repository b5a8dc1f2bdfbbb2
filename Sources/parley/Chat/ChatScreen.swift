import Foundation
import ParleyClient

/// Where a chat is shown: messages on standard output, what is about the connection on standard error.
struct ChatScreen {
    /// One JSON value a line, for programs.
    let isJSON: Bool
    /// Whether somebody types and reads at a terminal.
    let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1

    /// Shows a line of words from the server, or the value that a program gets instead.
    func show(_ line: String?, _ json: JSONValue?) {
        if isJSON {
            if let json { write(json) }
        } else if let line {
            Console.result(beginning + TerminalText.harmless(line))
        }
    }

    /// Tells something of the connection or of a command.
    func tell(_ words: String, _ json: JSONValue? = nil) {
        if isJSON, let json { return write(json) }
        Console.message((isJSON ? "" : beginning) + TerminalText.harmless(words))
    }

    /// Shows where the next typed line goes.
    func prompt(_ room: String?) {
        guard isTerminal, !isJSON else { return }
        FileHandle.standardOutput.write(Data("\(TerminalText.harmless(room ?? "no room"))> ".utf8))
    }

    /// Clears the prompt that stands on the line.
    private var beginning: String { isTerminal ? "\r\u{1B}[K" : "" }

    private func write(_ json: JSONValue) {
        guard let line = try? Console.line(json) else { return }
        FileHandle.standardOutput.write(
            Data(TerminalText.harmless(json: String(decoding: line.dropLast(), as: UTF8.self)).utf8) + Data([0x0A]))
    }
}
