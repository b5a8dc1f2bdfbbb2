import Foundation

/// Runs a program of the system to its end.
enum Command {
    struct Result {
        let status: Int32
        /// Standard output and standard error together.
        let output: String
    }

    static func run(
        _ path: String, _ arguments: [String], in directory: String? = nil, input: String = ""
    ) throws -> Result {
        let process = Process()
        // A program that waits for something that never comes must not hold up the tests.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["60", path] + arguments
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stdout
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let data = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
    }
}
