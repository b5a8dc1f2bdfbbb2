import ArgumentParser
import Foundation
import ParleyClient
import ParleyServer

/// `parley audit`: what happened, and whether the record of it is as it was written.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Show and verify the audit log.", subcommands: [Show.self, Verify.self])

    private static let path = "/api/v1/admin/audit"

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show entries, the oldest first.",
            discussion: "Example: parley audit show --since 24h --kind login_failed")
        @OptionGroup var options: OperatorOptions
        @Option(help: "Only from then on: 24h, 7d, or 2026-01-31T00:00:00Z.") var since: String?
        @Option(help: "Only before then.") var until: String?
        @Option(help: "Only what this user did, or what was done to them.") var user: String?
        @Option(help: "Only of this kind, such as login_failed or revocation.") var kind: String?
        @Flag(help: "Go on with new entries of the running server, one a line, until interrupted.") var follow = false

        func validate() throws { _ = try query() }

        private func query() throws -> [URLQueryItem] {
            var query = [("user", user), ("kind", kind)].compactMap { name, value in
                value.map { URLQueryItem(name: name, value: $0) }
            }
            for (name, text) in [("since", since), ("until", until)] {
                guard let text else { continue }
                query.append(URLQueryItem(name: name, value: String(try Self.time(text, of: name))))
            }
            return query
        }

        func run() async throws {
            let query = try query()
            try await options.run { client in
                if follow { return try await self.follow(client, query) }
                let items = try await client.items(AuditCommand.path, query: query)
                if options.json { return try options.show(.object(["items": .array(items)])) }
                if items.isEmpty { return Console.message("There are no such entries.") }
                for item in items { try Self.show(item) }
            }
        }

        private func follow(_ client: OperatorClient, _ query: [URLQueryItem]) async throws {
            guard client.isServer else {
                // Of its own it would keep a server from starting for as long as it waits, and nothing would come.
                throw CommandFailure("--follow shows what a running server records, and none answers")
            }
            var after: Int64 = 0
            while !Task.isCancelled {
                var components = URLComponents()
                components.path = AuditCommand.path
                components.queryItems = query + [URLQueryItem(name: "cursor", value: String(after))]
                let page = try await client.request("GET", components.string ?? AuditCommand.path)
                for item in page["items"]?.array ?? [] {
                    after = max(after, item["id"]?.integer ?? 0)
                    if options.json { try options.show(item) } else { try Self.show(item) }
                }
                if page["cursor"]?.string == nil { try await Task.sleep(for: .seconds(1)) }
            }
        }

        private static func show(_ entry: JSONValue) throws {
            let words = ["at", "kind", "actor", "subject", "session", "address"].map { entry[$0]?.string ?? "" }
            let details = (entry["details"]?.object ?? [:]).sorted { $0.key < $1.key }.map { key, value in
                "\(key)=\(Table.cell(value))"
            }
            let texts = words.map { $0.isEmpty ? "-" : Table.cell(.string($0)) } + details
            Console.result("\(entry["id"]?.integer ?? 0)  " + texts.joined(separator: "  "))
        }

        /// Milliseconds since 1970 of a time, or of a duration ago.
        private static func time(_ text: String, of option: String) throws -> Int64 {
            if let duration = DurationText.parse(text) {
                return Int64(Date().timeIntervalSince1970 * 1000) - duration.components.seconds * 1000
            }
            guard let date = try? Date(text, strategy: .iso8601) else {
                throw ValidationError("--\(option): '\(text)' is no time; write 24h, 7d or 2026-01-31T00:00:00Z")
            }
            return Int64(date.timeIntervalSince1970 * 1000)
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Check that no entry was changed, removed or moved.",
            discussion: "Names the first entry that was, and ends with status 1.")
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.run { client in
                let report = try await client.request("GET", AuditCommand.path + "/verify")
                let fault = report["fault"]
                if options.json {
                    try options.show(report)
                } else if fault == nil {
                    let unverifiable = report["unverifiable"]?.integer ?? 0
                    let rest =
                        unverifiable > 0 ? "; \(unverifiable) older ones are from before the log's present key" : ""
                    Console.result("\(report["verified"]?.integer ?? 0) entries are as they were written\(rest)")
                }
                guard let fault else { return }
                throw CommandFailure(
                    "entry \(fault["entry"]?.integer ?? 0): \(fault["reason"]?.string ?? "it is not as it was written")"
                )
            }
        }
    }
}
