import ArgumentParser
import Foundation

/// `parley`: the server and the tools of who runs it.
@main
struct ParleyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parley",
        abstract: "A chat service that a team hosts itself.",
        discussion: """
            'parley serve' runs the server. The other commands administer it: over the admin socket of the running \
            server, whose file permission is the authority, or on the data directory when no server runs.

            Exit status: 0 done, 1 failed, 64 usage. Results go to standard output, messages to standard error.
            """,
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, UserCommand.self, BotCommand.self, SessionCommand.self, InviteCommand.self,
            RoomCommand.self,
            KeyCommand.self,
            ThrottleCommand.self, AuditCommand.self, TOTPCommand.self, DoctorCommand.self,
            ChatCommand.self, BenchCommand.self, ExportCommand.self, ImportCommand.self, BackupCommand.self,
        ])

    /// Runs the command that the arguments name.
    static func main() async {
        // Databases, keys, sockets and secrets are for this user alone from the moment they are made.
        umask(0o077)
        await main(nil)
    }
}
