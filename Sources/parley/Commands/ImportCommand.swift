import ArgumentParser
import Foundation
import ParleyClient

/// `parley import`: a room from the lines of an export.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a room of an export: all of it, or nothing.",
        discussion: """
            The room keeps its numbers, times and authors. Every author and member must have an account here; \
            '--map old=new' takes one user for another, '--map-others NAME' all whom this server does not know. With \
            --files, messages carry the files that the export wrote there; without it, none.

            Example: parley import general.jsonl --room general --files general-files --map bob=robert
            """)
    @OptionGroup var options: OperatorOptions
    @Argument(help: "The file of 'parley export'; '-' for standard input.") var file: String
    @Option(help: "The new room's name.") var room: String
    @Option(name: .customLong("map"), help: "OLD=NEW: takes NEW for OLD; may be given several times.")
    var maps: [String] = []
    @Option(help: "The directory of the export's files.", completion: .directory) var files: String?
    @Option(help: "The user who stands for everyone whom this server does not know.") var mapOthers: String?

    func validate() throws { _ = try map() }

    /// Bytes of lines in one request, at the most, unless a single line is longer.
    private static let batchBytes = 200_000

    func run() async throws {
        let source = try LineSource(path: file)
        defer { source.close() }
        try await options.run(makesData: true, timeout: .seconds(86_400)) { client in
            let names = try await names(client)
            guard let first = try source.next() else { throw CommandFailure("line 1: the file is empty") }
            let header = try names.mapped(first, number: 1)
            let path = "/api/v1/operator/rooms/\(OperatorOptions.segment(room))/imports"
            let began = try await request(client, "POST", path, .object(["header": .string(header)]), line: 1)
            guard let token = began["import"]?.string else { throw CommandFailure("the server's answer has no import") }
            do {
                let count = try await send(source, names, to: path + "/" + token, client)
                let answer = try await request(
                    client, "POST", "\(path)/\(token)/finish", .object(["header": .string(header)]), line: 1)
                if options.json { return try RoomCommand.show(answer, options) }
                Console.result("\(room): \(count) lines")
            } catch {
                _ = try? await client.request("DELETE", "\(path)/\(token)")
                throw error
            }
        }
    }

    private func send(
        _ source: LineSource, _ names: NameMap, to path: String, _ client: OperatorClient
    ) async throws -> Int64 {
        var (number, count): (Int64, Int64) = (1, 0)
        var (batch, bytes): ([JSONValue], Int) = ([], 0)
        var leftOut = 0
        func flush() async throws {
            guard !batch.isEmpty else { return }
            let first = number - Int64(batch.count) + 1
            var body: [String: JSONValue] = ["number": .integer(first), "lines": .array(batch)]
            body["files"] = files.map { .string(OperatorOptions.absolute($0)) }
            _ = try await client.request("POST", path + "/lines", .object(body))
            count += Int64(batch.count)
            (batch, bytes) = ([], 0)
            Console.progress("\(count) lines")
        }
        while let line = try source.next() {
            if bytes + line.utf8.count > Self.batchBytes { try await flush() }
            number += 1
            let mapped = try names.mapped(line, number: number)
            batch.append(.string(mapped))
            // Within a text, its quotes would be escaped.
            if files == nil, mapped.contains("\"files\":[") { leftOut += 1 }
            bytes += mapped.utf8.count
        }
        try await flush()
        if leftOut > 0 { Console.message("the files of \(leftOut) messages were left out: --files takes them in") }
        return count
    }

    /// Sends a request that is about a line of the file; a refusal of it names the line.
    private func request(
        _ client: OperatorClient, _ method: String, _ path: String, _ json: JSONValue, line: Int
    ) async throws -> JSONValue {
        do {
            return try await client.request(method, path, json)
        } catch let error as ProblemError where error.code == "invalid_field" {
            throw CommandFailure("line \(line) \(error.detail ?? error.title)")
        }
    }

    private func map() throws -> [String: String] {
        var map: [String: String] = [:]
        for text in maps {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false).map { String($0) }
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, map[parts[0]] == nil else {
                throw ValidationError("--map: '\(text)' is not OLD=NEW, each OLD once")
            }
            map[parts[0]] = parts[1]
        }
        return map
    }

    private func names(_ client: OperatorClient) async throws -> NameMap {
        let map = try map()
        guard let mapOthers else { return NameMap(map: map, others: nil, known: []) }
        let users = try await client.items("/api/v1/admin/users").compactMap { $0["id"]?.string }
        return NameMap(map: map, others: mapOthers, known: Set(users))
    }
}
