import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Edits, deletions and reactions over HTTP")
    struct MessageChangeRouteTests {
        private let path = "/api/v1/rooms/general/messages"

        /// Runs with alice, bob and a message of alice's; general has no moderator of either.
        private func run(
            _ settings: [String: String] = [:],
            _ body: (TestServer, _ alice: TestLogin, _ bob: TestLogin, _ message: String) async throws -> Void
        ) async throws {
            try await TestServer.run(settings) { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                let sent = try await server.access.call("POST", path, ["text": "old"], alice)
                let seq = try #require(sent.json["seq"]?.integer)
                try await body(server, alice, bob, "\(path)/\(seq)")
            }
        }

        @Test("an edit, a reaction and a deletion are told to sockets, and the history shows what came of them")
        func changes() async throws {
            try await run { server, alice, bob, message throws in
                let socket = try await server.access.greeted(bob)
                let edited = try await server.access.call("PATCH", message, ["text": "new"], alice)
                #expect(edited.status == 200 && Set(edited.json.object?.keys.map { $0 } ?? []) == ["room", "seq"])
                expectSecurityHeaders(edited)
                let event = try await socket.event("edited")
                #expect(event["seq"] == edited.json["seq"] && event["text"] == "new" && event["by"] == "alice")

                let reacted = try await server.access.call("PUT", message + "/reactions/%F0%9F%91%8D", [:], bob)
                #expect(reacted.status == 200)
                let reaction = try await socket.event("reacted")
                #expect(reaction["seq"] == reacted.json["seq"] && reaction["target"] == event["target"])
                #expect(reaction["emoji"] == "👍" && reaction["on"] == true && reaction["by"] == "bob")
                let page = try await server.access.get(path, bob)
                #expect(page.json["messages"]?[0]?["text"] == "new")
                #expect(page.json["messages"]?[0]?["edited_at"]?.string != nil)
                #expect(
                    page.json["messages"]?[0]?["reactions"]
                        == .array([.object(["emoji": "👍", "count": 1, "mine": true, "users": .array(["bob"])])]))

                let deleted = try await server.access.call("DELETE", message, [:], alice)
                #expect(deleted.status == 200)
                #expect(try await socket.event("deleted")["seq"] == deleted.json["seq"])
                let tombstone = try await server.access.get(path, bob).json["messages"]?[0]
                #expect(tombstone?["text"] == "" && tombstone?["deleted"] == true && tombstone?["reactions"] == nil)
                try await socket.close()
            }
        }

        @Test("what is so already is answered with the event that made it so")
        func repeats() async throws {
            try await run { server, alice, bob, message throws in
                let reaction = message + "/reactions/%F0%9F%91%8D"
                let calls: [(String, String, [String: JSONValue], TestLogin)] = [
                    ("PATCH", message, ["text": "new"], alice), ("PUT", reaction, [:], bob),
                    ("DELETE", message, [:], alice),
                ]
                for (method, path, fields, login) in calls {
                    let first = try await server.access.call(method, path, fields, login)
                    let again = try await server.access.call(method, path, fields, login)
                    #expect(first.json["duplicate"] == nil && again.status == 200, "\(method)")
                    #expect(again.json["duplicate"] == true && again.json["seq"] == first.json["seq"], "\(method)")
                }
            }
        }

        @Test("what cannot be is refused with a code of its own")
        func refusals() async throws {
            try await run { server, alice, bob, message throws in
                let reactions = message + "/reactions/"
                let cases: [(String, String, [String: JSONValue], TestLogin, Int, String, String?)] = [
                    ("PATCH", message, ["text": "x"], bob, 403, "not_the_author", nil),
                    ("DELETE", message, [:], bob, 403, "not_the_author", nil),
                    ("PATCH", message, [:], alice, 400, "invalid_field", "text"),
                    ("PATCH", message, ["text": "a\u{0}"], alice, 400, "invalid_field", "text"),
                    (
                        "PATCH", message, ["text": .string(String(repeating: "x", count: 8193))], alice, 400,
                        "text_too_long", nil
                    ),
                    ("PATCH", path + "/1", ["text": "x"], alice, 404, "not_a_message", nil),
                    ("PATCH", path + "/999", ["text": "x"], alice, 404, "not_a_message", nil),
                    ("DELETE", path + "/-1", [:], alice, 404, "not_a_message", nil),
                    ("DELETE", path + "/x", [:], alice, 404, "not_a_message", nil),
                    ("DELETE", path + "/99999999999999999999", [:], alice, 404, "not_a_message", nil),
                    ("PATCH", "/api/v1/rooms/nowhere/messages/3", ["text": "x"], alice, 404, "room_not_found", nil),
                    ("PUT", reactions + "a", [:], bob, 400, "invalid_field", "emoji"),
                    ("PUT", reactions + "%F0%9F%91", [:], bob, 400, "invalid_field", "emoji"),
                    ("PUT", reactions + "%zz", [:], bob, 400, "invalid_field", "emoji"),
                    ("PUT", reactions + "%F0%9F%91%8D%F0%9F%91%8D", [:], bob, 400, "invalid_field", "emoji"),
                    ("DELETE", path + "/1/reactions/%E2%9C%85", [:], bob, 404, "not_a_message", nil),
                ]
                for (method, path, fields, login, status, code, field) in cases {
                    expectProblem(
                        try await server.access.call(method, path, fields, login), status, code, field: field,
                        "\(method) \(path)")
                }
                _ = try await server.access.call("DELETE", message, [:], alice)
                expectProblem(
                    try await server.access.call("PATCH", message, ["text": "x"], alice), 410, "message_deleted")
                expectProblem(
                    try await server.access.call("PUT", reactions + "%E2%9C%85", [:], bob), 410, "message_deleted")
            }
        }

        @Test("the window and the number of different emoji are what the configuration says")
        func limits() async throws {
            let clock = TestClock()
            try await TestServer.run(
                ["chat.edit_window": "60s", "limits.reactions_per_message": "1"], clock: clock.wallClock
            ) { server in
                let alice = try await server.access.register("alice")
                let sent = try await server.access.call("POST", path, ["text": "old"], alice)
                let message = "\(path)/\(try #require(sent.json["seq"]?.integer))"
                #expect(
                    try await server.access.call("PUT", message + "/reactions/1%E2%83%A3", [:], alice).status == 200)
                expectProblem(
                    try await server.access.call("PUT", message + "/reactions/2%E2%83%A3", [:], alice), 409,
                    "too_many_reactions")
                clock.advance(bySeconds: 61)
                expectProblem(
                    try await server.access.call("PATCH", message, ["text": "new"], alice), 403, "edit_window_closed")
            }
        }

        @Test("a socket is refused with the same codes")
        func socket() async throws {
            try await run { server, _, bob, message in
                let target = JSONValue.integer(Int64(message.split(separator: "/").last ?? "") ?? 0)
                let socket = try await server.access.greeted(bob)
                let cases: [(String, [String: JSONValue], String)] = [
                    ("edit", ["room": "general", "target": target, "text": "x"], "not_the_author"),
                    ("delete", ["room": "general", "target": target], "not_the_author"),
                    ("delete", ["room": "general", "target": 1], "not_a_message"),
                    ("edit", ["room": "nowhere", "target": target, "text": "x"], "room_not_found"),
                    ("react", ["room": "general", "target": target, "emoji": "no", "on": true], "invalid_field"),
                ]
                for (type, fields, code) in cases {
                    let answer = try await socket.ask(type, fields)
                    #expect(answer["type"] == "error" && answer["code"]?.string == code, "\(type) \(answer)")
                }
                try await socket.close()
            }
        }
    }
}
