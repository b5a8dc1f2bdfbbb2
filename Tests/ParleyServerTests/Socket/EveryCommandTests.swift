import Chat
import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("ParleyClient and the commands")
    struct EveryCommandTests {
        /// Does a command through the client's method for it; a new command does not compile without one.
        private func perform(_ type: CommandType, _ connection: ChatConnection) async throws {
            switch type {
            case .join: #expect(try await connection.join("lab").info?.id == "lab")
            case .send: #expect(try await connection.send("lab", "one", nonce: "n").seq == 4)
            case .edit: #expect(try await connection.edit("lab", target: 4, text: "two").seq == 5)
            case .react: #expect(try await connection.react("lab", target: 4, emoji: "👍").seq == 6)
            case .read: try await connection.read("lab", seq: 6)
            case .history: #expect(try await connection.history("lab").messages.map(\.text) == ["two"])
            case .delete: #expect(try await connection.delete("lab", target: 4).seq == 7)
            case .resume: #expect(try await connection.resume(["lab": 0]).rooms["lab"]?.head == 7)
            case .typing: try await connection.typing("lab")
            case .presence: try await connection.presence("away")
            case .direct: #expect(try await connection.direct(with: ["alice"]).info?.kind == "direct")
            case .leave: #expect(try await connection.leave("lab").room == "lab")
            case .ping: #expect(try await connection.ping().at.isEmpty == false)
            }
        }

        @Test("every command of the protocol has a method of the client, which the server answers")
        func everyCommand() async throws {
            try await TestServer.run(["presence.interval": "10ms"]) { server in
                let alice = try await server.access.register("alice")
                _ = try await server.access.call("POST", "/api/v1/rooms", ["id": "lab"], alice)
                let watching = try await server.access.greeted(alice)
                let client = try server.client()
                try await client.register(username: "bob", password: TestLogin.password)
                let connection = try await client.connect()
                // A room is entered first and left last.
                let order: [CommandType] = [.join, .send, .edit, .react, .read, .history, .delete, .resume]
                let others = CommandType.allCases.filter { !order.contains($0) && $0 != .leave }
                for type in order + others + [.leave] { try await perform(type, connection) }
                // What has no answer of its own was heard by the other one.
                var missing: Set<String> = ["receipt", "typing", "presence"]
                while !missing.isEmpty {
                    let event = try await watching.event { $0["user"] == "bob" }
                    if event["type"] == "receipt", event["read"] == 6 { missing.remove("receipt") }
                    if event["type"] == "typing", event["room"] == "lab" { missing.remove("typing") }
                    if event["type"] == "presence", event["status"] == "away" { missing.remove("presence") }
                }
                _ = await connection.close()
                await client.shutDown()
                try await watching.close()
            }
        }
    }
}
