import ArgumentParser
import ParleyClient
import ParleyServer

/// `parley room`: rooms, whoever their members are.
struct RoomCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "room", abstract: "Make, list, change and delete rooms and their members.",
        subcommands: [Create.self, List.self, Show.self, Delete.self, SetRetention.self, MemberCommand.self])

    private static let path = "/api/v1/admin/rooms"
    private static let columns = [
        Table.Column("ROOM", "id"), Table.Column("KIND", "kind"), Table.Column("TITLE", "title"),
        Table.Column("MEMBERS", "members"), Table.Column("HEAD", "head"), Table.Column("RETENTION", "retention"),
        Table.Column("CREATED", "created_at"),
    ]

    static func path(of room: String, _ rest: String = "") -> String {
        "\(path)/\(OperatorOptions.segment(room))\(rest)"
    }

    static func show(_ answer: JSONValue, _ options: OperatorOptions) throws {
        guard let room = answer["room_info"] else { throw CommandFailure("the server's answer has no room") }
        if options.json { return try options.show(room) }
        Console.result(Table(columns: columns, items: [room]).text)
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a room.",
            discussion: "Example: parley room create lab --owner alice --kind private --title 'The lab'")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The room's name: 1 to 64 of a-z, 0-9, '_' and '-', a letter or digit first.") var room: String
        @Option(help: "The username of the room's owner.") var owner: String
        @Option(help: "Who may see and join it: public or private.") var kind = "public"
        @Option(help: "The title to show.") var title: String?
        @Option(help: "What the room is about.") var topic: String?

        func run() async throws {
            try await options.run(makesData: true) { client in
                var fields: [String: JSONValue] = [
                    "id": .string(room), "owner": .string(owner), "kind": .string(kind),
                ]
                fields["title"] = title.map { .string($0) }
                fields["topic"] = topic.map { .string($0) }
                try RoomCommand.show(await client.request("POST", RoomCommand.path, .object(fields)), options)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List all rooms, private and direct ones too.")
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.run { client in
                try options.show(
                    await client.items(RoomCommand.path), RoomCommand.columns, empty: "There are no rooms yet.")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one room.")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The room's name.") var room: String

        func run() async throws {
            try await options.run { client in
                try RoomCommand.show(await client.request("GET", RoomCommand.path(of: room)), options)
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete a room with its whole history.")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The room's name.") var room: String

        func run() async throws {
            try await options.run { client in
                _ = try await client.request("DELETE", RoomCommand.path(of: room))
                if !options.json { Console.message("deleted") }
            }
        }
    }

    struct SetRetention: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retention", abstract: "Set how long a room keeps its history.",
            discussion: "What is older is deleted for good, by and by. Example: parley room retention lab 90d")
        @OptionGroup var options: OperatorOptions
        @Argument(help: "The room's name.") var room: String
        @Argument(help: "30d, 12h …; 'forever'; or 'default' for what chat.retention says.") var life: String

        func validate() throws { _ = try retention() }

        private func retention() throws -> JSONValue {
            switch life {
            case "forever": return .integer(0)
            case "default": return .null
            default:
                guard let duration = DurationText.parse(life), duration.components.seconds > 0 else {
                    throw ValidationError("'\(life)' is no retention; write 30d or 12h, forever, or default")
                }
                return .integer(duration.components.seconds)
            }
        }

        func run() async throws {
            let retention = try retention()
            try await options.run { client in
                try RoomCommand.show(
                    await client.request("PATCH", RoomCommand.path(of: room), .object(["retention": retention])),
                    options)
            }
        }
    }
}
