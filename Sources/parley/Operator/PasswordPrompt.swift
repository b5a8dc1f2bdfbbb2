import Foundation

/// Asks for a password at the terminal, without showing it, or takes it from standard input.
enum PasswordPrompt {
    /// The next line of standard input. Throws ``CommandFailure``, which names what was wanted, when there is none.
    static func standardInput(_ wanted: String = "password") throws -> String {
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw CommandFailure("the line of standard input that should be the \(wanted) is missing or empty")
        }
        return line
    }

    /// Asks twice. Throws ``CommandFailure`` when the two differ, or without a terminal.
    static func ask(for user: String) throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure("there is no terminal to ask for a password at: use --password-stdin")
        }
        let first = try hidden("Password for \(user): ")
        guard try hidden("Once more: ") == first else { throw CommandFailure("the two passwords differ") }
        return first
    }

    /// Asks once. Throws ``CommandFailure``, which names what was wanted, when nothing was given.
    static func hidden(_ words: String, for wanted: String = "password") throws -> String {
        var saved = termios()
        tcgetattr(STDIN_FILENO, &saved)
        var silent = saved
        silent.c_lflag &= ~tcflag_t(ECHO)
        // Before the words: what is typed at the sight of them must be neither shown nor flushed away.
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        FileHandle.standardError.write(Data(words.utf8))
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
            FileHandle.standardError.write(Data("\n".utf8))
        }
        guard let line = readLine(strippingNewline: true) else { throw CommandFailure("no \(wanted) was given") }
        return line
    }
}
