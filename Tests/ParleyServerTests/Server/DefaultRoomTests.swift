import Identity
import ParleyClient
import ParleyServer
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("The default room")
    struct DefaultRoomTests {
        private func created(_ server: TestServer, _ root: TestLogin) async throws -> [String] {
            try await server.node.audit.flush()
            let audit = try await server.access.get("/api/v1/admin/audit?kind=account_created", root)
            return audit.json["items"]?.array?.compactMap { $0["subject"]?.string } ?? []
        }

        private func rooms(_ server: TestServer, _ login: TestLogin) async throws -> [String] {
            let socket = try await server.access.socket(login)
            let hello = try await socket.event("hello")
            try await socket.close()
            return hello["rooms"]?.array?.compactMap { $0["id"]?.string } ?? []
        }

        @Test("that is full keeps nobody from having an account, and the server from starting neither")
        func full() async throws {
            let directory = try TemporaryDirectory()
            let settings = ["limits.members_per_room": "1"]
            try await TestServer.run(settings, directory: directory) { server in
                let root = try await server.administrator()
                let alice = try await server.access.register("alice")
                #expect(try await rooms(server, root) == ["general"])
                #expect(try await rooms(server, alice).isEmpty)
                let body: [String: JSONValue] = ["username": "bob", "password": .string(TestLogin.password)]
                let answer = try await server.access.call("POST", "/api/v1/admin/users", body, root)
                #expect(answer.status == 201, "\(answer.text)")
                let bot: [String: JSONValue] = ["username": "deploy", "addresses": ["127.0.0.1"]]
                #expect(try await server.access.call("POST", "/api/v1/admin/bots", bot, root).status == 201)
                #expect(try await created(server, root) == ["alice", "bob", "deploy"])
            }
            try await TestServer.run(settings, directory: directory) { server in
                let bob = try await server.access.login("bob")
                #expect(try await rooms(server, bob).isEmpty)
            }
            // With room for them, all are in it from the next start on.
            try await TestServer.run(directory: directory) { server in
                let bob = try await server.access.login("bob")
                #expect(try await rooms(server, bob) == ["general"])
            }
        }

        @Test("may be another one after a restart, though somebody is in as many rooms as one may be")
        func changed() async throws {
            let directory = try TemporaryDirectory()
            let limit = ["limits.rooms_per_user": "1"]
            try await TestServer.run(limit, directory: directory) { server in
                let alice = try await server.access.register("alice")
                #expect(try await rooms(server, alice) == ["general"])
            }
            try await TestServer.run(limit.merging(["chat.default_room": "lobby"]) { $1 }, directory: directory) {
                server in
                let (alice, bob) = (try await server.access.login("alice"), try await server.access.register("bob"))
                #expect(try await rooms(server, alice) == ["general"])
                #expect(try await rooms(server, bob) == ["lobby"])
            }
        }
    }
}
