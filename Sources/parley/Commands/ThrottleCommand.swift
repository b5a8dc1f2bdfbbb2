import ArgumentParser
import Foundation
import ParleyClient

/// `parley throttle`: failed logins that are counted.
struct ThrottleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "throttle", abstract: "List and forget the failed logins that are counted.",
        discussion: "They are in the running server's memory: without a server there are none.",
        subcommands: [List.self, Clear.self])

    private static let path = "/api/v1/admin/throttle"

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List accounts and addresses with failed logins.")
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.run { client in
                try options.show(
                    await client.items(ThrottleCommand.path),
                    [
                        Table.Column("KIND", "kind"), Table.Column("USER", "user"), Table.Column("ADDRESS", "address"),
                        Table.Column("FAILURES", "failures"), Table.Column("REFUSED UNTIL", "refused_until"),
                    ], empty: "There are no failed logins.")
            }
        }
    }

    struct Clear: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "clear", abstract: "Forget failed logins: of a user, of an address, of both or of everyone.")
        @OptionGroup var options: OperatorOptions
        @Option(help: "Only those of this user.") var user: String?
        @Option(help: "Only those from this address.") var address: String?
        @Flag(help: "All of them.") var everyone = false

        func validate() throws {
            guard everyone != (user != nil || address != nil) else {
                throw ValidationError("Give --user, --address, both, or --everyone.")
            }
        }

        func run() async throws {
            var components = URLComponents()
            components.path = ThrottleCommand.path
            let items = [("user", user), ("address", address)].compactMap { name, value in
                value.map { URLQueryItem(name: name, value: $0) }
            }
            if !items.isEmpty { components.queryItems = items }
            let path = components.string ?? ThrottleCommand.path
            try await options.run { client in
                let answer = try await client.request("DELETE", path)
                if options.json { return try options.show(answer) }
                Console.result("forgot the failures of \(answer["cleared"]?.integer ?? 0) accounts and addresses")
            }
        }
    }
}
