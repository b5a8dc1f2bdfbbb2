import ArgumentParser
import ParleyClient

extension RoomCommand {
    /// `parley room member ROOM add|remove|role|list [USER] [ROLE]`.
    struct MemberCommand: AsyncParsableCommand {
        /// What is done.
        enum Act: String, ExpressibleByArgument, CaseIterable {
            case add, remove, role, list
        }

        static let configuration = CommandConfiguration(
            commandName: "member", abstract: "List, add and remove a room's members, and set their roles.",
            discussion: """
                Examples:
                  parley room member lab list
                  parley room member lab add bob
                  parley room member lab role bob moderator
                  parley room member lab remove bob
                """)
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The room's name.") var room: String
        @Argument(help: "What to do: add, remove, role or list.") var act: Act
        @Argument(help: "The username.") var user: String?
        @Argument(help: "The role: owner, moderator or member.") var role: String?

        func validate() throws {
            guard (act == .list) == (user == nil) else {
                throw ValidationError(act == .list ? "'list' takes no user." : "Missing the username.")
            }
            guard act != .role || role != nil else { throw ValidationError("Missing the role.") }
            guard role == nil || act == .role || act == .add else {
                throw ValidationError("'\(act.rawValue)' takes no role.")
            }
        }

        func run() async throws {
            try await options.run { client in
                guard let user else {
                    return try options.show(
                        await client.items(RoomCommand.path(of: room, "/members")),
                        [
                            Table.Column("USER", "user"), Table.Column("NAME", "name"), Table.Column("ROLE", "role"),
                            Table.Column("MUTED", "muted"), Table.Column("JOINED", "joined_at"),
                        ], empty: "The room has no members.")
                }
                let path = RoomCommand.path(of: room, "/members/\(OperatorOptions.segment(user))")
                if act == .remove {
                    _ = try await client.request("DELETE", path)
                    if !options.json { Console.message("removed") }
                    return
                }
                let fields = role.map { ["role": JSONValue.string($0)] } ?? [:]
                try RoomCommand.show(await client.request("PUT", path, .object(fields)), options)
            }
        }
    }
}
