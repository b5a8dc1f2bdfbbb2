import Chat
import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Moderation over HTTP")
    struct ModerationRouteTests {
        private let path = "/api/v1/rooms/team"

        /// Runs with alice, the owner of team, and bob, its member.
        private func run(
            _ body: (TestServer, TestClock, _ alice: TestLogin, _ bob: TestLogin) async throws -> Void
        ) async throws {
            let clock = TestClock()
            try await TestServer.run(clock: clock.wallClock) { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                _ = try await server.access.call("POST", "/api/v1/rooms", ["id": "team"], alice)
                _ = try await server.access.call("PUT", path + "/members/bob", [:], alice)
                try await body(server, clock, alice, bob)
            }
        }

        private func join(_ server: TestServer, _ login: TestLogin) async throws -> JSONValue {
            let socket = try await server.access.greeted(login)
            let answer = try await socket.ask("join", ["room": "team"])
            try await socket.close()
            return answer
        }

        @Test("a ban lasts for ever, for so many seconds or until a time, is listed, and ends by itself")
        func bans() async throws {
            try await run { server, clock, alice, bob in
                let ban = path + "/bans/bob"
                #expect(try await server.access.call("PUT", ban, ["expires_in": 60], alice).status == 204)
                let listed = try await server.access.get(path + "/bans", alice).json["items"]?[0]
                #expect(listed?["user"] == "bob" && listed?["banned_at"]?.string != nil)
                let until = try #require(listed?["until"]?.string)
                #expect(Timestamp(parsing: until).map { abs($0.milliseconds - clock.now - 60_000) < 30_000 } == true)
                #expect(try await join(server, bob)["code"] == "banned")
                expectProblem(try await server.access.get(path + "/bans", bob), 403, "not_a_member")
                clock.advance(bySeconds: 61)
                #expect(try await server.access.get(path + "/bans", alice).json["items"]?.array?.isEmpty == true)
                #expect(try await join(server, bob)["type"] == "ok")
                expectProblem(try await server.access.get(path + "/bans", bob), 403, "forbidden")

                let day = Timestamp(milliseconds: clock.now + 86_400_000).text
                #expect(try await server.access.call("PUT", ban, ["until": .string(day)], alice).status == 204)
                #expect(
                    try await server.access.get(path + "/bans", alice).json["items"]?[0]?["until"] == .string(day))
                #expect(try await server.access.call("PUT", ban, [:], alice).status == 204)
                let forever = try await server.access.get(path + "/bans", alice).json["items"]?[0]
                #expect(forever?["user"] == "bob" && forever?["until"] == nil)
                #expect(try await server.access.call("DELETE", ban, [:], alice).status == 204)
                expectProblem(try await server.access.call("DELETE", ban, [:], alice), 404, "user_not_found")
            }
        }

        @Test("the fields of a ban and of a room are checked and named")
        func fields() async throws {
            try await run { server, _, alice, _ in
                let ban = path + "/bans/bob"
                let cases: [(String, String, [String: JSONValue], String)] = [
                    ("PUT", ban, ["expires_in": 0], "expires_in"), ("PUT", ban, ["expires_in": "60"], "expires_in"),
                    ("PUT", ban, ["expires_in": 999_999_999_999], "expires_in"),
                    ("PUT", ban, ["until": "tomorrow"], "until"), ("PUT", ban, ["until": 7], "until"),
                    ("PUT", ban, ["until": "2020-01-01T00:00:00Z"], "until"),
                    ("PUT", ban, ["until": "9999-01-01T00:00:00Z"], "until"),
                    ("PUT", ban, ["until": "2999-01-01T00:00:00Z", "expires_in": 60], "until"),
                    ("PATCH", path, ["kind": "direct"], "kind"), ("PATCH", path, ["kind": 1], "kind"),
                    ("PATCH", path, ["slow_mode": -1], "slow_mode"),
                    ("PATCH", path, ["slow_mode": 86_401], "slow_mode"),
                    ("PATCH", path, ["archived": "yes"], "archived"),
                ]
                for (method, path, fields, field) in cases {
                    expectProblem(
                        try await server.access.call(method, path, fields, alice), 400, "invalid_field", field: field,
                        "\(fields)")
                }
            }
        }

        @Test("slow mode is 429 with the time to wait, over HTTP and on the socket")
        func slowMode() async throws {
            try await run { server, clock, alice, bob in
                let changed = try await server.access.call("PATCH", path, ["slow_mode": 30], alice)
                #expect(changed.json["room_info"]?["slow_mode"] == 30)
                let messages = path + "/messages"
                #expect(try await server.access.call("POST", messages, ["text": "one"], bob).status == 201)
                let refused = try await server.access.call("POST", messages, ["text": "two"], bob)
                expectProblem(refused, 429, "slow_mode")
                #expect(
                    refused.values(of: "retry-after").first.flatMap { Int($0) }.map { (1...30).contains($0) } == true)
                let socket = try await server.access.greeted(bob)
                let answer = try await socket.ask("send", ["room": "team", "text": "two"])
                #expect(answer["code"] == "slow_mode")
                #expect(answer["retry_after_ms"]?.integer.map { (1...30_000).contains($0) } == true)
                clock.advance(bySeconds: 31)
                #expect(try await socket.ask("send", ["room": "team", "text": "two"])["type"] == "ok")
                try await socket.close()
                expectProblem(try await server.access.call("PATCH", path, ["slow_mode": 0], bob), 403, "forbidden")
            }
        }

        @Test("an archived room is read-only and says so, and a room that becomes private is gone for others")
        func archiveAndKind() async throws {
            try await run { server, _, alice, bob in
                let carol = try await server.access.register("carol")
                let socket = try await server.access.greeted(bob)
                let archived = try await server.access.call("PATCH", path, ["archived": true], alice)
                #expect(archived.json["room_info"]?["archived"] == true)
                #expect(try await socket.event("room")["archived"] == true)
                let rooms = try await server.access.get("/api/v1/rooms", carol).json["items"]?.array
                #expect(rooms?.first { $0["id"] == "team" }?["archived"] == true)
                expectProblem(
                    try await server.access.call("POST", path + "/messages", ["text": "x"], bob), 409, "room_archived")
                #expect(try await socket.ask("send", ["room": "team", "text": "x"])["code"] == "room_archived")
                #expect(try await server.access.get(path + "/messages", bob).status == 200)
                let back = try await server.access.call("PATCH", path, ["archived": false, "kind": "private"], alice)
                #expect(back.json["room_info"]?["archived"] == nil && back.json["room_info"]?["kind"] == "private")
                let event = try await socket.event("room")
                #expect(event["kind"] == "private" && event["archived"] == false)
                expectProblem(try await server.access.get(path, carol), 404, "room_not_found")
                try await socket.close()
            }
        }

        @Test("the members of a deleted room are told, and everything of it is gone for them")
        func deleted() async throws {
            try await run { server, _, alice, bob in
                let socket = try await server.access.greeted(bob)
                #expect(try await server.access.call("DELETE", path, [:], alice).status == 204)
                let event = try await socket.event("room")
                #expect(event["deleted"] == true && event["room"] == "team" && event["by"] == "alice")
                #expect(try await socket.ask("send", ["room": "team", "text": "x"])["code"] == "room_not_found")
                expectProblem(try await server.access.get(path + "/log", bob), 404, "room_not_found")
                try await socket.close()
            }
        }
    }
}
