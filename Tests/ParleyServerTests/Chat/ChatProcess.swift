import Foundation
import TestSupport

/// `parley chat` with pipes for its standard input, output and errors.
final class ChatProcess: Sendable {
    private let process: Process
    private let input: FileHandle
    private let output = Mailbox<String>()
    private let errors = Mailbox<String>()
    private let ended = Mailbox<Int32>()

    /// Starts it; the password is its first line.
    init(_ server: TestServer, _ user: String, _ arguments: [String] = [], password: String = TestLogin.password) throws
    {
        process = Process()
        process.executableURL = URL(fileURLWithPath: ParleyExecutable.path)
        process.arguments =
            ["chat", server.access.origin, "--user", user, "--ca", server.access.authority, "--password-stdin"]
            + arguments
        let (standardInput, standardOutput, standardError) = (Pipe(), Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = standardOutput
        process.standardError = standardError
        input = standardInput.fileHandleForWriting
        Self.split(standardOutput, output)
        Self.split(standardError, errors)
        process.terminationHandler = { [ended] in ended.put($0.terminationStatus) }
        try process.run()
        try type(password)
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Types a line.
    func type(_ line: String) throws { try input.write(contentsOf: Data((line + "\n").utf8)) }

    /// Ends its standard input.
    func endInput() throws { try input.close() }

    /// The next line of its output that holds `words`; nil when it has ended.
    func line(with words: String) async -> String? { await Self.next(output, words) }

    /// The next line of its errors that holds `words`; nil when it has ended.
    func error(with words: String) async -> String? { await Self.next(errors, words) }

    /// Its exit status, when it has ended.
    func status() async -> Int32? { await ended.next() }

    private static func next(_ lines: Mailbox<String>, _ words: String) async -> String? {
        while let line = await lines.next() { if line.contains(words) { return line } }
        return nil
    }

    private static func split(_ pipe: Pipe, _ lines: Mailbox<String>) {
        let thread = Thread {
            var rest = Data()
            while true {
                let bytes = pipe.fileHandleForReading.availableData
                guard !bytes.isEmpty else { return lines.finish() }
                rest.append(bytes)
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    lines.put(String(decoding: rest[..<end], as: UTF8.self))
                    rest = Data(rest[rest.index(after: end)...])
                }
            }
        }
        thread.start()
    }
}
