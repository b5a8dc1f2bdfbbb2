import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("A user's own sessions")
    struct SessionRouteTests {
        @Test("the list holds each living session once, and says which one asks")
        func list() async throws {
            try await TestServer.run { server in
                let first = try await server.access.register("alice")
                let second = try await server.access.login("alice", device: "phone")
                _ = try await server.access.register("bob")
                let answer = try await server.access.get("/api/v1/sessions", second)
                let items = try #require(answer.json["items"]?.array)
                #expect(Set(items.compactMap { $0["id"]?.string }) == [first.session, second.session])
                #expect(answer.json["cursor"] == .null)
                for item in items {
                    #expect(
                        Set(item.object?.keys.map { $0 } ?? []) == [
                            "id", "device", "address", "created_at", "last_seen_at", "current",
                        ])
                    #expect(item["address"] == "127.0.0.1")
                    #expect(item["current"]?.bool == (item["id"]?.string == second.session))
                }
                #expect(items.first { $0["current"] == true }?["device"] == "phone")
            }
        }

        @Test("ending one session closes its sockets, answers with the receipt, and a repeat ends none")
        func endOne() async throws {
            try await TestServer.run { server in
                let first = try await server.access.register("alice")
                let second = try await server.access.login("alice")
                let bob = try await server.access.register("bob")
                let socket = try await server.access.greeted(first)
                let path = "/api/v1/sessions/\(first.session)"
                expectProblem(try await server.access.call("DELETE", path, [:], bob), 404, "session_not_found")
                let answer = try await server.access.call("DELETE", path, [:], second)
                #expect(answer.status == 200)
                expectReceipt(answer.json, sessions: 1, sockets: 1)
                #expect(try await socket.closeCode() == 4501)
                expectProblem(try await server.access.get("/api/v1/me", first), 401, "session_revoked")
                expectReceipt(
                    try await server.access.call("DELETE", path, [:], second).json, sessions: 0, sockets: 0)
                for id in ["nonsense", "AAAAAAAAAAAAAAAAAAAAAA"] {
                    expectProblem(
                        try await server.access.call("DELETE", "/api/v1/sessions/\(id)", [:], second), 404,
                        "session_not_found")
                }
            }
        }

        @Test("ending all others leaves the one that asks")
        func endOthers() async throws {
            try await TestServer.run { server in
                let current = try await server.access.register("alice")
                var others: [RawSocket] = []
                for _ in 0..<2 {
                    others.append(try await server.access.greeted(try await server.access.login("alice")))
                }
                let own = try await server.access.greeted(current)
                let answer = try await server.access.call("DELETE", "/api/v1/sessions", [:], current)
                expectReceipt(answer.json, sessions: 2, sockets: 2)
                for socket in others { #expect(try await socket.closeCode() == 4501) }
                #expect(try await own.ask("ping")["type"] == "pong")
                try await own.close()
            }
        }

        @Test("a new password ends every other session with a receipt; the old password is none any more")
        func password() async throws {
            try await TestServer.run { server in
                let current = try await server.access.register("alice")
                let other = try await server.access.login("alice")
                let socket = try await server.access.greeted(other)
                let own = try await server.access.greeted(current)
                let path = "/api/v1/me/password"
                expectProblem(
                    try await server.access.call(
                        "POST", path, ["current": "wrong words", "new": "another horse battery"], current),
                    400, "invalid_field", field: "current")
                expectProblem(
                    try await server.access.call(
                        "POST", path, ["current": .string(TestLogin.password), "new": "x"], current),
                    400, "invalid_field", field: "new")
                #expect(try await socket.ask("ping")["type"] == "pong")
                let answer = try await server.access.call(
                    "POST", path, ["current": .string(TestLogin.password), "new": "another horse battery"], current)
                #expect(answer.status == 200)
                expectReceipt(answer.json, sessions: 1, sockets: 1)
                #expect(try await socket.closeCode() == 4501)
                #expect(try await own.ask("ping")["type"] == "pong")
                try await own.close()
                await #expect(throws: NoLogin.self) { _ = try await server.access.login("alice") }
                let login = try await server.access.call(
                    "POST", "/api/v1/auth/login", ["username": "alice", "password": "another horse battery"])
                #expect(login.status == 200)
            }
        }
    }
}
