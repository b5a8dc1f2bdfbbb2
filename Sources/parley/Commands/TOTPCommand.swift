import ArgumentParser
import Foundation
import ParleyClient
import QRCode

/// `parley totp`: a user's own second factor.
struct TOTPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "totp", abstract: "Turn your second factor on or off.", subcommands: [Enable.self, Disable.self])

    struct Account: ParsableArguments {
        @Argument(help: "The server: https://host:port.") var url: String
        @Option(help: "Your username.") var user: String
        @Option(help: ArgumentHelp("PEM file of the CA to trust instead of the system's.", valueName: "file"))
        var ca: String?
        @Flag(help: "Take the password, and then the code, from lines of standard input.") var stdin = false
        @Flag(help: "Print JSON, for programs.") var json = false

        func ask(_ words: String, for wanted: String) throws -> String {
            try stdin ? PasswordPrompt.standardInput(wanted) : PasswordPrompt.hidden(words, for: wanted)
        }

        func run(totp: String?, _ body: (ParleyClient, _ password: String) async throws -> Void) async throws {
            let password = try ask("Password for \(user): ", for: "password")
            let client = try ParleyClient(url: url, trust: ca.map { .file($0) } ?? .system, device: "parley totp")
            do {
                _ = try await client.login(username: user, password: password, totp: totp)
                try await body(client, password)
                try await client.logout()
            } catch let error as ProblemError {
                await client.shutDown()
                throw CommandFailure(error.detail ?? error.title)
            } catch {
                await client.shutDown()
                throw error
            }
            await client.shutDown()
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enable", abstract: "Show a QR code for an authenticator app, and turn it on with a code.",
            discussion: "The recovery codes are shown once: keep them where the authenticator is not.")
        @OptionGroup var account: Account
        @Option(help: ArgumentHelp("Write the QR code to this file as SVG, too.", valueName: "file")) var svg: String?

        func run() async throws {
            try await account.run(totp: nil) { client, _ in
                let enrolment = try await client.request("POST", "/api/v1/me/totp", json: JSONValue.object([:])).json()
                let uri = enrolment["uri"]?.string ?? ""
                guard let code = QRCode(uri) else { throw CommandFailure("the server's answer has no secret") }
                if let svg { try write(code, to: svg) }
                Console.message(
                    account.stdin ? uri : code.terminal + "\n\nSecret: \(enrolment["secret"]?.string ?? "")\n")
                let typed = try account.ask("The code that the app shows: ", for: "code")
                let answer = try await client.request(
                    "POST", "/api/v1/me/totp/confirm", json: JSONValue.object(["code": .string(typed)])
                ).json()
                if account.json { return try Console.result(answer) }
                Console.message("The second factor is on. Each of these recovery codes works once:\n")
                for code in answer["recovery_codes"]?.array ?? [] { Console.result(code.string ?? "") }
            }
        }

        /// It holds the secret: for its owner alone, also where a file was there.
        private func write(_ code: QRCode, to path: String) throws {
            let isWritten = FileManager.default.createFile(
                atPath: path, contents: Data(code.svg.utf8), attributes: [.posixPermissions: 0o600])
            guard isWritten else { throw CommandFailure("cannot write \(path): \(String(cString: strerror(errno)))") }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "disable", abstract: "Turn it off.")
        @OptionGroup var account: Account
        @Option(help: "A code of the app, or a recovery code.") var code: String

        func run() async throws {
            try await account.run(totp: code) { client, password in
                _ = try await client.request(
                    "DELETE", "/api/v1/me/totp", json: JSONValue.object(["password": .string(password)]))
                if account.json { return try Console.result(.object(["enabled": false])) }
                Console.result("turned off")
            }
        }
    }
}
