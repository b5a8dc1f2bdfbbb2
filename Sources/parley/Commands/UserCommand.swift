import ArgumentParser
import ParleyClient

/// `parley user`: accounts.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Make, list and change accounts.",
        subcommands: [
            Add.self, List.self, Show.self, Disable.self, Enable.self, Password.self, Role.self,
            Delete.self, ResetTOTP.self,
        ])

    private static let path = "/api/v1/admin/users"
    private static let columns = [
        Table.Column("USER", "id"), Table.Column("NAME", "name"), Table.Column("ROLE", "role"),
        Table.Column("DISABLED", "disabled"), Table.Column("CREATED", "created_at"),
    ]

    static func path(of name: String, _ rest: String = "") -> String {
        "\(path)/\(OperatorOptions.segment(name))\(rest)"
    }

    private static func show(_ answer: JSONValue, _ options: OperatorOptions) throws {
        guard let user = answer["user"] else { throw CommandFailure("the server's answer has no user") }
        if options.json { return try options.show(user) }
        Console.result(Table(columns: columns, items: [user]).text)
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Make an account.",
            discussion: "Example: echo 'correct horse battery' | parley user add alice --password-stdin")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The username: 1 to 32 of a-z, 0-9, '.', '_' and '-', a letter or digit first.") var name:
            String
        @Flag(help: "Make an administrator.") var admin = false
        @Option(name: .customLong("name"), help: "The name to show; the username unless given.")
        var displayName: String?
        @Flag(help: "Take the password from the first line of standard input.") var passwordStdin = false

        func run() async throws {
            let password = try passwordStdin ? PasswordPrompt.standardInput() : PasswordPrompt.ask(for: name)
            try await options.run(makesData: true) { client in
                var fields: [String: JSONValue] = [
                    "username": .string(name), "password": .string(password), "role": .string(admin ? "admin" : "user"),
                ]
                if let displayName { fields["name"] = .string(displayName) }
                try UserCommand.show(await client.request("POST", UserCommand.path, .object(fields)), options)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List all accounts.")
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.run { client in
                try options.show(
                    await client.items(UserCommand.path), UserCommand.columns, empty: "There are no accounts yet.")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one account.")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The username.") var name: String

        func run() async throws {
            try await options.run { client in
                try UserCommand.show(await client.request("GET", UserCommand.path(of: name)), options)
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "disable", abstract: "Disable an account: its sessions end, its sockets close at once.")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The username.") var name: String
        @Option(help: "Why, for the record.") var reason: String?

        func run() async throws {
            try await options.run { client in
                let fields = reason.map { ["reason": JSONValue.string($0)] } ?? [:]
                try options.show(
                    receipt: await client.request("POST", UserCommand.path(of: name, "/disable"), .object(fields)))
            }
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enable", abstract: "Let a disabled account log in again; no session comes back.")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The username.") var name: String

        func run() async throws {
            try await options.run { client in
                try UserCommand.show(
                    await client.request("POST", UserCommand.path(of: name, "/enable"), .object([:])), options)
            }
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password", abstract: "Set a new password; every session of the user ends.")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The username.") var name: String
        @Flag(help: "Take the password from the first line of standard input.") var passwordStdin = false

        func run() async throws {
            let password = try passwordStdin ? PasswordPrompt.standardInput() : PasswordPrompt.ask(for: name)
            try await options.run { client in
                try options.show(
                    receipt: await client.request(
                        "PUT", UserCommand.path(of: name, "/password"), .object(["password": .string(password)])))
            }
        }
    }

    struct Role: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "role", abstract: "Set an account's role.")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The username.") var name: String
        @Argument(help: "admin or user.") var role: String

        func run() async throws {
            try await options.run { client in
                try UserCommand.show(
                    await client.request(
                        "PUT", UserCommand.path(of: name, "/role"), .object(["role": .string(role)])), options)
            }
        }
    }
}
