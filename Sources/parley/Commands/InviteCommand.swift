import ArgumentParser
import ParleyClient
import ParleyServer

/// `parley invite`: invitations to make an account.
struct InviteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Make, list and delete invites.",
        subcommands: [Create.self, List.self, Delete.self])

    private static let path = "/api/v1/admin/invites"

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make an invite and print its link, which is shown only now.")
        @OptionGroup var options: OperatorOptions
        @Option(help: "The role of the accounts it makes: user or admin.") var role = "user"
        @Option(help: "How many accounts it makes.") var uses = 1
        @Option(help: "How long it works: 30m, 24h, 7d.") var expires = "7d"

        func validate() throws { _ = try lifetime() }

        private func lifetime() throws -> Duration {
            guard let lifetime = DurationText.parse(expires) else {
                throw ValidationError("--expires: '\(expires)' is no duration; write 30m, 24h or 7d")
            }
            return lifetime
        }

        func run() async throws {
            let lifetime = try lifetime()
            try await options.run(makesData: true) { client in
                let invite = try await client.request(
                    "POST", InviteCommand.path,
                    .object([
                        "role": .string(role), "uses": .integer(Int64(uses)),
                        "expires_in": .integer(lifetime.components.seconds),
                    ]))
                if options.json { return try options.show(invite) }
                Console.result(invite["url"]?.string ?? "")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List invites that still work.")
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.run { client in
                try options.show(
                    await client.items(InviteCommand.path),
                    [
                        Table.Column("INVITE", "id"), Table.Column("ROLE", "role"),
                        Table.Column("USES LEFT", "uses_left"),
                        Table.Column("EXPIRES", "expires_at"), Table.Column("BY", "created_by"),
                    ], empty: "There are no invites.")
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete an invite; accounts that it made stay.")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The invite's id, as 'parley invite list' shows it.") var id: String

        func run() async throws {
            try await options.run { client in
                _ = try await client.request("DELETE", "\(InviteCommand.path)/\(OperatorOptions.segment(id))")
                if !options.json { Console.message("deleted") }
            }
        }
    }
}
