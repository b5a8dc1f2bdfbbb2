import Foundation
import TestTools

/// The program `parley` that was built beside the tests.
package enum ParleyExecutable {
    /// How a command ended.
    package struct Outcome: Sendable {
        package let status: Int32
        package let output: String
        package let errors: String
    }

    /// Where the program is.
    package static var path: String {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("parley").path
    }

    /// Runs a command to its end; `data` is nil for one that takes no data directory. Throws when the program cannot be
    /// started.
    package static func run(
        _ arguments: [String], data: String?, input: String = ""
    ) async throws -> Outcome {
        let files = try TemporaryDirectory()
        let (output, errors, words) = (files.file("output"), files.file("errors"), files.file("input"))
        for file in [output, errors] { try Data().write(to: URL(fileURLWithPath: file)) }
        try Data(input.utf8).write(to: URL(fileURLWithPath: words))
        let process = process(arguments, data: data)
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: words))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        let ended = Mailbox<Int32>()
        process.terminationHandler = { ended.put($0.terminationStatus) }
        try process.run()
        let status = await ended.next() ?? -1
        return Outcome(
            status: status, output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8))
    }

    static func process(_ arguments: [String], data: String?) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        // A directory that is given is what the command is about; settings of the environment are not.
        process.arguments = arguments + (data.map { ["--data", $0] } ?? [])
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PARLEY_") }
        return process
    }
}
