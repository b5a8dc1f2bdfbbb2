import ArgumentParser
import ParleyClient

extension UserCommand {
    struct ResetTOTP: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset-totp", abstract: "Turn a user's second factor off, for who lost it.")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The username.") var name: String

        func run() async throws {
            try await options.run { client in
                let answer = try await client.request("DELETE", UserCommand.path(of: name, "/totp"))
                if options.json { return try options.show(answer) }
                Console.result(answer["was_enabled"]?.bool == true ? "turned off" : "it was not on")
            }
        }
    }
}
