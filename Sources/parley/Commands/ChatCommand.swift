import ArgumentParser
import Foundation
import ParleyClient

/// `parley chat`: a client for terminals and scripts.
struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "Talk: a client for terminals and scripts.",
        discussion: """
            What is typed goes to the room; /help shows the commands. Messages come on standard output, what is about \
            the connection on standard error. Lost connections come back by themselves, and each line is sent once.
            Without a terminal the lines of standard input are sent, and their end ends the chat, when all is answered: \
            status 1 if a line was refused. A pause that the server asks for is made.
            Example: (echo "$PASSWORD"; echo 'built') | parley chat https://chat.example --user ci --password-stdin

            Exit status: 0 done, 1 the login or a line was refused or the server ended the session, 64 usage.
            """)
    @Argument(help: "The server: https://host:port.") var url: String
    @Option(help: "Your username.") var user: String
    @Option(help: "The room to begin in, which is joined; the first of your rooms unless given.") var room: String?
    @Option(help: ArgumentHelp("PEM file of the CA to trust instead of the system's.", valueName: "file"))
    var ca: String?
    @Flag(help: "Take the password from the first line of standard input.") var passwordStdin = false
    @Flag(help: "Ask for a code of the second factor; with --password-stdin it is the second line.") var totp = false
    @Flag(help: "Print one JSON value a line, for programs.") var json = false

    func validate() throws {
        do {
            _ = try ServerAddress(url: url)
        } catch let error as ClientError {
            throw ValidationError(error.reason)
        }
    }

    func run() async throws {
        let input = InputLines()
        let password = try await secret("password", asking: "Password for \(user): ", input)
        let code = totp ? try await secret("code", asking: "Code: ", input) : nil
        let client: ParleyClient
        do {
            client = try ParleyClient(url: url, trust: ca.map { .file($0) } ?? .system, device: "parley chat")
        } catch {
            throw CommandFailure("\(error)")
        }
        do {
            _ = try await client.login(username: user, password: password, totp: code)
        } catch {
            await client.shutDown()
            throw CommandFailure((error as? ProblemError).map { $0.detail ?? $0.title } ?? "\(error)")
        }
        let screen = ChatScreen(isJSON: json)
        let conversation = Conversation(client: client, screen: screen, input: input, room: room)
        let end = await conversation.run()
        switch end {
        case .quit:
            try? await client.logout()
            await client.shutDown()
            if await conversation.hasFailed, !screen.isTerminal { throw ExitCode.failure }
        case .ended(let words):
            await client.shutDown()
            throw CommandFailure("the server ended the session: \(words)")
        }
    }

    private func secret(_ wanted: String, asking words: String, _ input: InputLines) async throws -> String {
        guard passwordStdin else {
            guard isatty(STDIN_FILENO) == 1 else {
                throw CommandFailure("there is no terminal to ask for a \(wanted) at: use --password-stdin")
            }
            return try PasswordPrompt.hidden(words, for: wanted)
        }
        guard let line = await input.next(), !line.isEmpty else {
            throw CommandFailure("the line of standard input that should be the \(wanted) is missing or empty")
        }
        return line
    }
}
