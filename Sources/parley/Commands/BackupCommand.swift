import ArgumentParser
import Foundation
import ParleyClient
import ParleyServer

/// `parley backup`: a copy of everything, while the server runs.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the database, the keys and the files to a new directory.",
        discussion: """
            The copy is of one moment and is whole when the command succeeds; the server goes on meanwhile. It has the \
            shape of a data directory: to restore it, copy it to where a new server has its data.

            Examples:
              parley backup /backup/parley-today
              parley backup --verify /backup/parley-today
            """)
    @OptionGroup var options: OperatorOptions
    @Argument(help: "The directory, which must not exist; with --verify the backup.") var destination: String
    @Flag(help: "Compare a backup with its manifest instead; no server is asked.") var verify = false

    func run() async throws {
        let path = URL(fileURLWithPath: destination).standardizedFileURL.path
        if verify { return try check(path) }
        try await options.run(timeout: .seconds(86_400)) { client in
            let watch = Task { await Self.watch(path + ".unfinished") }
            defer { watch.cancel() }
            let answer = try await client.request("POST", "/api/v1/operator/backup", .object(["path": .string(path)]))
            if options.json { return try options.show(answer) }
            let (files, bytes) = (answer["files"]?.integer ?? 0, answer["bytes"]?.integer ?? 0)
            Console.result("\(path): \(files) files, \(bytes) bytes")
        }
    }

    private func check(_ path: String) throws {
        do {
            let manifest = try BackupManifest(readingFrom: path)
            let size = manifest.entries.reduce(0) { $0 + $1.size }
            try manifest.verify(path) { Console.progress("\($0) of \(size) bytes") }
            if options.json {
                let files = Int64(manifest.entries.count)
                return try options.show(
                    .object(["ok": .bool(true), "files": .integer(files), "bytes": .integer(size)]))
            }
            Console.result("\(path): \(manifest.entries.count) files, \(size) bytes, as the manifest says")
        } catch let error as BackupError {
            throw CommandFailure(error.description)
        }
    }

    /// Shows how much has been written until it is cancelled.
    private static func watch(_ directory: String) async {
        while (try? await Task.sleep(for: .milliseconds(500))) != nil {
            let paths = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
            let sizes = paths.map { path in
                let attributes = try? FileManager.default.attributesOfItem(atPath: directory + "/" + path)
                return attributes?[.size] as? Int64 ?? 0
            }
            Console.progress("\(sizes.reduce(0, +)) bytes copied")
        }
    }
}
