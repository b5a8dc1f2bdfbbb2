import ArgumentParser
import Foundation
import ParleyClient

/// What all commands of administration share.
struct OperatorOptions: ParsableArguments {
    @OptionGroup var settings: ConfigurationOptions

    @Flag(help: "Print JSON, for programs.")
    var json = false

    /// Runs `body` against the server or the data directory, which is made where there is none only when `makesData`
    /// says so; `timeout` is that of one request.
    func run(
        makesData: Bool = false, timeout: Duration = OperatorClient.timeout,
        _ body: (OperatorClient) async throws -> Void
    ) async throws {
        try await OperatorClient.run(settings.load(), makesData: makesData, timeout: timeout, body)
    }

    /// Prints a list as a table or as `{items: […]}`.
    func show(_ items: [JSONValue], _ columns: [Table.Column], empty: String) throws {
        if json { return try show(.object(["items": .array(items)])) }
        if items.isEmpty { return Console.message(empty) }
        Console.result(Table(columns: columns, items: items).text)
    }

    /// Prints one value as JSON.
    func show(_ value: JSONValue) throws { try Console.result(value) }

    /// Prints a receipt; ends with status 1 when it is not complete.
    func show(receipt: JSONValue) throws {
        if json {
            try show(receipt)
        } else {
            let count = receipt["revoked_sessions"]?.integer ?? 0
            let sockets = receipt["closed_sockets"]?.integer ?? 0
            let elapsed = receipt["elapsed_ms"]?.number ?? 0
            let server = (receipt["nodes"]?.array ?? []).isEmpty ? "; no server is running" : ""
            Console.result("revoked \(count) sessions, closed \(sockets) sockets in \(elapsed) ms\(server)")
        }
        guard receipt["complete"]?.bool == true else {
            throw CommandFailure("not every node has answered: some sockets may still be open")
        }
    }

    /// A path for the server, which works in another directory.
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// A name as it stands in a path.
    static func segment(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~")))
            ?? ""
    }
}
