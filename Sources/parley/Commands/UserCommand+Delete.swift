import ArgumentParser
import ParleyClient

extension UserCommand {
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete an account for good: its sessions end, its messages stay.",
            discussion: """
                It leaves its rooms, but for direct ones and those whose last owner it is. Messages keep the username \
                as their author, shown as a deleted user; nobody else can ever take that name.
                """)
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The username.") var name: String
        @Option(help: "Why, for the record.") var reason: String?

        func run() async throws {
            try await options.run { client in
                let query = reason.map { "?reason=\(OperatorOptions.segment($0))" } ?? ""
                try options.show(receipt: await client.request("DELETE", UserCommand.path(of: name) + query))
            }
        }
    }
}
