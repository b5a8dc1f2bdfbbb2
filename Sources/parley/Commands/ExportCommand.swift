import ArgumentParser
import Foundation
import ParleyClient

/// `parley export`: a room as lines of JSON.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a room as JSON lines: the room, its members, who is banned, then every event.",
        discussion: """
            What is written is the room as it stands: of an edited message the newest words, of a deleted one none. \
            With --files, the server writes what messages carry into that directory, each file under its id.

            Example: parley export --room general --output general.jsonl --files general-files
            """)
    @OptionGroup var options: OperatorOptions
    @Option(help: "The room's name.") var room: String
    @Option(name: [.short, .long], help: "The file to write, which must not exist; standard output unless given.")
    var output: String?
    @Option(help: "The directory for uploaded files; left out unless given.", completion: .directory)
    var files: String?

    func run() async throws {
        try await options.run(timeout: .seconds(86_400)) { client in
            let sink = try ExportSink(path: output)
            do {
                try await write(to: sink, client)
                if let files { try await writeFiles(to: files, client) }
                try sink.finish()
            } catch {
                sink.abandon()
                throw error
            }
        }
    }

    private func write(to sink: ExportSink, _ client: OperatorClient) async throws {
        let path = "/api/v1/operator/rooms/\(OperatorOptions.segment(room))"
        let answer = try await client.request("POST", path + "/exports", .object([:]))
        guard let info = answer["room_info"], let head = info["head"]?.integer else {
            throw CommandFailure("the server's answer has no room")
        }
        try sink.write(.object(["type": "export", "version": .integer(2), "room": info]))
        for person in try await client.items(path + "/people") { try sink.write(person) }
        var (after, count): (Int64, Int64) = (0, 0)
        while after < head {
            let page = try await client.request("GET", "\(path)/log?after=\(after)&through=\(head)")
            let events = page["events"]?.array ?? []
            for event in events { try sink.write(event) }
            count += Int64(events.count)
            Console.progress("\(count) events, up to \(head)")
            guard let last = events.last?["seq"]?.integer, page["more"]?.bool == true else { break }
            after = last
        }
        Console.message("\(room): \(count) events")
    }

    private func writeFiles(to directory: String, _ client: OperatorClient) async throws {
        let answer = try await client.request(
            "POST", "/api/v1/operator/rooms/\(OperatorOptions.segment(room))/exports/files",
            .object(["directory": .string(OperatorOptions.absolute(directory))]))
        let (files, bytes) = (answer["files"]?.integer ?? 0, answer["bytes"]?.integer ?? 0)
        Console.message("\(directory): \(files) files, \(bytes) bytes")
    }
}

/// Where an export goes: standard output, or a file that is there only when it is whole.
final class ExportSink {
    private let path: String?
    private let handle: FileHandle

    init(path: String?) throws {
        self.path = path
        guard let path else {
            handle = .standardOutput
            return
        }
        guard !FileManager.default.fileExists(atPath: path) else { throw CommandFailure("\(path) exists already") }
        let made = FileManager.default.createFile(
            atPath: path + ".unfinished", contents: nil, attributes: [.posixPermissions: 0o600])
        guard made, let handle = FileHandle(forWritingAtPath: path + ".unfinished") else {
            throw CommandFailure("cannot write \(path): \(String(cString: strerror(errno)))")
        }
        self.handle = handle
    }

    /// Writes one line.
    func write(_ value: JSONValue) throws {
        try handle.write(contentsOf: Console.line(value))
    }

    /// Gives the file its name.
    func finish() throws {
        guard let path else { return }
        try handle.synchronize()
        try handle.close()
        try FileManager.default.moveItem(atPath: path + ".unfinished", toPath: path)
    }

    /// Removes what was written.
    func abandon() {
        guard let path else { return }
        try? handle.close()
        try? FileManager.default.removeItem(atPath: path + ".unfinished")
    }
}
