import ParleyClient
import TestSupport
import TestTools
import Testing

@Suite("Deleting accounts")
struct AccountDeletionTests {
    @Test("ends sockets with a receipt, leaves the rooms, and messages keep a tombstone author")
    func delete() async throws {
        try await TestServer.run { server in
            let root = try await server.administrator()
            let alice = try await server.access.register("alice")
            let bob = try await server.access.register("bob")
            let messages = "/api/v1/rooms/general/messages"
            #expect(try await server.access.call("POST", messages, ["text": "remember me"], alice).status == 201)
            let socket = try await server.access.greeted(alice)
            let receipt = try await server.access.send(
                RawRequest(
                    "DELETE", "/api/v1/admin/users/alice",
                    headers: root.headers + [("Content-Type", "application/json")]))
            #expect(receipt.json["revoked_sessions"]?.integer == 1 && receipt.json["complete"] == true)
            #expect(try await socket.closeCode() == 4502)
            #expect(try await server.access.get("/api/v1/me", alice).status == 401)

            let page = try await server.access.get(messages, bob)
            #expect(page.text.contains("remember me") && page.text.contains("\"alice\""))
            let members = try await server.access.get("/api/v1/rooms/general/members", bob)
            #expect(members.status == 200 && !members.text.contains("alice"))
            let author = try await server.access.get("/api/v1/users/alice", bob)
            #expect(author.status == 200 && author.json["user"]?["name"] == "Deleted user")
            let again = try await server.access.call(
                "POST", "/api/v1/auth/register",
                ["username": "alice", "password": .string(TestLogin.password)])
            #expect(again.status == 409)
            #expect(try await server.access.get("/api/v1/admin/users/alice", root).code == "user_not_found")
        }
    }

    @Test("works from the command line with a server and without one")
    func command() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.file("data")
        try await TestServer.run(directory: directory) { server in
            _ = try await server.access.register("alice")
            _ = try await server.access.register("bob")
            let outcome = try await ParleyExecutable.run(
                ["user", "delete", "alice", "--reason", "left us", "--json"], data: data)
            #expect(outcome.status == 0 && outcome.output.contains("\"revoked_sessions\":1"))
        }
        #expect(try await ParleyExecutable.run(["user", "delete", "bob"], data: data).status == 0)
        let unknown = try await ParleyExecutable.run(["user", "delete", "bob"], data: data)
        #expect(unknown.status == 1 && !unknown.errors.isEmpty)
        let list = try await ParleyExecutable.run(["user", "list", "--json"], data: data)
        #expect(list.output == "{\"items\":[]}\n")
    }
}
