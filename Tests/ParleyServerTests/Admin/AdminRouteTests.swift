import Foundation
import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("Administration")
    struct AdminRouteTests {
        @Test("an administrator may, a user may not, and nobody is asked to log in")
        func authority() async throws {
            try await TestServer.run { server in
                let (users, name) = ("/api/v1/admin/users", "root")
                let root = try await server.administrator(name)
                let alice = try await server.access.register("alice")
                for path in ["users", "sessions", "invites", "statistics"] {
                    let target = "/api/v1/admin/\(path)"
                    #expect(try await server.access.get(target, root).status == 200)
                    expectProblem(try await server.access.get(target, alice), 403, "forbidden")
                    expectProblem(try await server.access.get(target), 401, "no_token")
                }
                expectProblem(
                    try await server.access.call("POST", "/api/v1/admin/revocations", ["everyone": true], alice), 403,
                    "forbidden")
                // A role that is taken away is gone with the next request, whatever the token says.
                #expect(
                    try await server.access.call(
                        "PUT", "\(users)/\(name)/role", ["role": "user"], root
                    ).status == 200)
                expectProblem(try await server.access.get("/api/v1/admin/users", root), 403, "forbidden")
            }
        }

        @Test("the admin socket belongs to the server's user alone and needs no login")
        func socket() async throws {
            try await TestServer.run { server in
                // The rights are set after the socket is made; until then the process's umask protects it.
                try await waitUntil("the socket's rights are set") {
                    let attributes = try FileManager.default.attributesOfItem(atPath: server.adminSocket)
                    return attributes[.posixPermissions] as? Int == 0o600
                }
                let data = try FileManager.default.attributesOfItem(atPath: server.directory.file("data"))
                #expect(data[.posixPermissions] as? Int == 0o700)
                let keys = try FileManager.default.attributesOfItem(atPath: server.directory.file("data/keys.json"))
                #expect(keys[.posixPermissions] as? Int == 0o600)

                let client = AdminClient(socketPath: server.adminSocket)
                let made = try await client.request(
                    "POST", "/api/v1/admin/users",
                    json: JSONValue.object(["username": "alice", "password": .string(TestLogin.password)]))
                #expect(made.status == 201)
                #expect(
                    Set(try made.json()["user"]?.object?.keys.map { $0 } ?? []) == [
                        "id", "name", "role", "created_at", "disabled",
                    ])
                let alice = try await server.access.login("alice")
                let socket = try await server.access.socket(alice)
                #expect(try await socket.event("hello")["rooms"]?[0]?["id"] == "general")
                let receipt = try await client.request(
                    "POST", "/api/v1/admin/revocations", json: JSONValue.object(["user": "alice"]))
                expectReceipt(try receipt.json(), sessions: 1, sockets: 1)
                #expect(try await socket.closeCode() == 4501)
                let metrics = try await client.request("GET", "/metrics")
                #expect(metrics.text.contains("\nparley_users 1\n"))
                #expect(metrics.text.contains("\nparley_revocations 1\n"))
                await #expect(throws: ProblemError.self) { try await client.request("GET", "/api/v1/me") }
                await client.shutDown()
            }
        }

        @Test("users and sessions are listed page by page")
        func paging() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                for name in ["alice", "bob", "carol"] { _ = try await server.access.register(name) }
                for path in ["users", "sessions"] {
                    var ids: [String] = []
                    var cursor = ""
                    repeat {
                        let page = try await server.access.get(
                            "/api/v1/admin/\(path)?limit=1" + (cursor.isEmpty ? "" : "&cursor=\(cursor)"), root)
                        #expect(page.json["items"]?.array?.count == 1)
                        ids += page.json["items"]?.array?.compactMap { $0["id"]?.string } ?? []
                        cursor = page.json["cursor"]?.string ?? ""
                    } while !cursor.isEmpty && ids.count < 10
                    #expect(ids.count == 4 && Set(ids).count == 4, "\(path)")
                }
            }
        }

        @Test("an administrator makes, changes and looks at accounts")
        func accounts() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let users = "/api/v1/admin/users"
                let fields: [String: JSONValue] = [
                    "username": "alice", "password": .string(TestLogin.password), "name": "Alice", "role": "admin",
                ]
                let made = try await server.access.call("POST", users, fields, root)
                #expect(made.status == 201 && made.json["user"]?["role"] == "admin")
                expectProblem(try await server.access.call("POST", users, fields, root), 409, "username_taken")
                expectProblem(
                    try await server.access.call("POST", users, ["username": "b", "password": "x"], root), 400,
                    "invalid_field", field: "password")
                #expect(try await server.access.get("\(users)/alice", root).json["user"]?["name"] == "Alice")
                expectProblem(try await server.access.get("\(users)/nobody", root), 404, "user_not_found")
                expectProblem(
                    try await server.access.call("PUT", "\(users)/alice/role", ["role": "king"], root), 400,
                    "invalid_field", field: "role")
                let alice = try await server.access.login("alice")
                let socket = try await server.access.greeted(alice)
                let receipt = try await server.access.call(
                    "PUT", "\(users)/alice/password", ["password": "another horse battery"], root)
                expectReceipt(receipt.json, sessions: 1, sockets: 1)
                #expect(try await socket.closeCode() == 4501)
                await #expect(throws: NoLogin.self) { _ = try await server.access.login("alice") }
            }
        }

        @Test("an invite is made, listed without its secret, and deleted")
        func invites() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let invites = "/api/v1/admin/invites"
                let made = try await server.access.call("POST", invites, ["uses": 3], root)
                #expect(made.status == 201 && made.json["uses_left"]?.integer == 3)
                let id = try #require(made.json["id"]?.string)
                let secret = try #require(made.json["secret"]?.string)
                let list = try await server.access.get(invites, root)
                #expect(list.json["items"]?[0]?["id"]?.string == id && !list.text.contains(secret))
                #expect(list.json["items"]?[0]?["created_by"] == "root")
                #expect(try await server.access.call("DELETE", "\(invites)/\(id)", [:], root).status == 204)
                expectProblem(
                    try await server.access.call("DELETE", "\(invites)/\(id)", [:], root), 404, "invite_not_found")
                for fields: [String: JSONValue] in [
                    ["uses": 0], ["uses": -1], ["expires_in": 0], ["expires_in": -5], ["role": "king"],
                    ["uses": "many"], ["expires_in": "1h"], ["expires_in": .integer(.max)],
                ] {
                    let answer = try await server.access.call("POST", invites, fields, root)
                    #expect(answer.status == 400 && answer.code == "invalid_field", "\(fields) \(answer.text)")
                }
            }
        }
    }
}
