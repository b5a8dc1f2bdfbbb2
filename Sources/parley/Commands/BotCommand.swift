import ArgumentParser
import ParleyClient

/// `parley bot`: accounts of programs.
struct BotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bot",
        abstract: "Make, list and change bots: accounts of programs, with a key that is good from certain addresses.",
        discussion: "'parley user disable' and 'parley user delete' work on bots, too.",
        subcommands: [Add.self, List.self, Key.self, Revoke.self, Address.self])

    private static let path = "/api/v1/admin/bots"

    private static func path(of name: String, _ rest: String) -> String {
        "\(path)/\(OperatorOptions.segment(name))/\(rest)"
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Make a bot and print its key, which is shown only now.",
            discussion: "Example: parley bot add deploy --address 10.0.0.0/8 --address 2001:db8::/32")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The username: 1 to 32 of a-z, 0-9, '.', '_' and '-', a letter or digit first.") var name:
            String
        @Option(help: "An address or a range (10.0.0.0/8) that the bot may be used from; may be given several times.")
        var address: [String]
        @Option(name: .customLong("name"), help: "The name to show; the username unless given.")
        var displayName: String?

        func run() async throws {
            try await options.run(makesData: true) { client in
                var fields: [String: JSONValue] = [
                    "username": .string(name), "addresses": .array(address.map { .string($0) }),
                ]
                if let displayName { fields["name"] = .string(displayName) }
                let bot = try await client.request("POST", BotCommand.path, .object(fields))
                if options.json { return try options.show(bot) }
                Console.result(bot["key"]?.string ?? "")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List all bots.")
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.run { client in
                try options.show(
                    await client.items(BotCommand.path),
                    [
                        Table.Column("BOT", "id"), Table.Column("NAME", "name"), Table.Column("DISABLED", "disabled"),
                        Table.Column("ADDRESSES", "addresses"), Table.Column("CREATED", "created_at"),
                    ], empty: "There are no bots.")
            }
        }
    }

    struct Key: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "key",
            abstract: "Give a bot a new key and print it; the old one is no longer good, and the bot's sessions end.")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The bot's username.") var name: String

        func run() async throws {
            try await options.run { client in
                let answer = try await client.request("POST", BotCommand.path(of: name, "key"), .object([:]))
                if options.json { return try options.show(answer) }
                Console.result(answer["key"]?.string ?? "")
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Take a bot's key; its sessions end, its sockets close at once.")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The bot's username.") var name: String

        func run() async throws {
            try await options.run { client in
                try options.show(receipt: await client.request("DELETE", BotCommand.path(of: name, "key")))
            }
        }
    }

    struct Address: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "address", abstract: "Bind a bot to other addresses; its sessions end.")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The bot's username.") var name: String
        @Option(help: "An address or a range; may be given several times.") var address: [String]

        func run() async throws {
            try await options.run { client in
                try options.show(
                    receipt: await client.request(
                        "PUT", BotCommand.path(of: name, "addresses"),
                        .object(["addresses": .array(address.map { .string($0) })])))
            }
        }
    }
}
