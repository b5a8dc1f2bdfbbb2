import ArgumentParser
import ParleyClient

/// `parley key`: the keys that sign tokens.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "List, rotate and revoke the keys that sign tokens.",
        subcommands: [List.self, Rotate.self, Revoke.self])

    private static let path = "/api/v1/admin/keys"
    private static let columns = [
        Table.Column("KEY", "id"), Table.Column("CURRENT", "current"), Table.Column("CREATED", "created_at"),
        Table.Column("RETIRED", "retired_at"), Table.Column("VERIFIES UNTIL", "verifies_until"),
        Table.Column("SESSIONS", "sessions"),
    ]

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the keys that sign or still verify.")
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.run { client in
                try options.show(await client.items(KeyCommand.path), KeyCommand.columns, empty: "There are no keys.")
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate", abstract: "Sign with a new key from now on; nobody is logged out.",
            discussion: """
                The key before it verifies until the last token that it signed has expired, and is then dropped by \
                itself. Each session moves to the new key with its next refresh.
                """)
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.run { client in
                let answer = try await client.request("POST", KeyCommand.path + "/rotate", .object([:]))
                guard let key = answer["key"] else { throw CommandFailure("the server's answer has no key") }
                if options.json { return try options.show(key) }
                Console.result(Table(columns: KeyCommand.columns, items: [key]).text)
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Take a key out: the sessions that it signed end, their sockets close.",
            discussion: """
                For a key that others may know. A new one is made when it was the current one. The answer is a \
                receipt: when it is there, no further chat frame is written to any of those sockets.
                """)
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The key's id, as 'parley key list' shows it.") var id: String
        @Option(help: "Why, for the record.") var reason: String?

        func run() async throws {
            try await options.run { client in
                let fields = reason.map { ["reason": JSONValue.string($0)] } ?? [:]
                let path = "\(KeyCommand.path)/\(OperatorOptions.segment(id))/revoke"
                try options.show(receipt: await client.request("POST", path, .object(fields)))
            }
        }
    }
}
