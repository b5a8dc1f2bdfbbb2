import ArgumentParser
import Foundation
import ParleyClient

/// `parley session`: logins.
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "List sessions and end them.", subcommands: [List.self, Revoke.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List living sessions.")
        @OptionGroup var options: OperatorOptions
        @Option(help: "Only those of this user.") var user: String?

        func run() async throws {
            try await options.run { client in
                let query = user.map { [URLQueryItem(name: "user", value: $0)] } ?? []
                try options.show(
                    await client.items("/api/v1/admin/sessions", query: query),
                    [
                        Table.Column("SESSION", "id"), Table.Column("USER", "user"), Table.Column("DEVICE", "device"),
                        Table.Column("ADDRESS", "address"), Table.Column("CREATED", "created_at"),
                        Table.Column("LAST SEEN", "last_seen_at"), Table.Column("KEY", "key"),
                    ], empty: "There are no sessions.")
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "End sessions; their sockets close at once with 4501.",
            discussion: """
                The answer is a receipt: when it is there, no further chat frame is written to any of those sockets.
                Example: parley session revoke --user alice
                """)
        @OptionGroup var options: OperatorOptions
        @Option(help: "The session of this id.") var session: String?
        @Option(help: "Every session of this user.") var user: String?
        @Option(help: "Every session whose tokens this key signs.") var key: String?
        @Flag(help: "Every session of everyone.") var everyone = false
        @Option(help: "Why, for the record.") var reason: String?

        func validate() throws {
            let targets = [session != nil, user != nil, key != nil, everyone].filter { $0 }
            guard targets.count == 1 else {
                throw ValidationError("Give exactly one of --session, --user, --key and --everyone.")
            }
        }

        func run() async throws {
            var fields: [String: JSONValue] = [:]
            if let session { fields["session"] = .string(session) }
            if let user { fields["user"] = .string(user) }
            if let key { fields["key"] = .string(key) }
            if everyone { fields["everyone"] = true }
            if let reason { fields["reason"] = .string(reason) }
            try await options.run { [fields] client in
                try options.show(
                    receipt: await client.request("POST", "/api/v1/admin/revocations", .object(fields)))
            }
        }
    }
}
