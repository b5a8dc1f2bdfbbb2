import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Messages over HTTP")
    struct MessageRouteTests {
        private let path = "/api/v1/rooms/general/messages"

        @Test(
            "a message is 201 with its place; the same nonce again is 200 with the first place, whatever else it says")
        func send() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let answer = try await server.access.call("POST", path, ["text": "hello", "nonce": "n1"], alice)
                #expect(answer.status == 201)
                expectSecurityHeaders(answer)
                #expect(Set(answer.json.object?.keys.map { $0 } ?? []) == ["room", "seq", "at"])
                #expect(answer.json["room"]?.string == "general")
                let again: [[String: JSONValue]] = [
                    ["text": "hello", "nonce": "n1"], ["text": "other", "nonce": "n1"], ["nonce": "n1"],
                    ["text": .string(String(repeating: "x", count: 9000)), "nonce": "n1"],
                    ["text": "x", "nonce": "n1", "reply_to": 999],
                ]
                for fields in again {
                    let second = try await server.access.call("POST", path, fields, alice)
                    #expect(second.status == 200 && second.json["duplicate"]?.bool == true, "\(second.text)")
                    #expect(second.json["seq"] == answer.json["seq"] && second.json["at"] == answer.json["at"])
                }
                // A nonce is its sender's own.
                let bob = try await server.access.register("bob")
                let others = try await server.access.call("POST", path, ["text": "hello", "nonce": "n1"], bob)
                #expect(others.status == 201)
            }
        }

        @Test("a message's fields are checked and named")
        func fields() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let cases: [([String: JSONValue], String, String?)] = [
                    ([:], "invalid_field", "text"), (["text": ""], "invalid_field", "text"),
                    (["text": 1], "invalid_field", "text"), (["text": "a\u{0}b"], "invalid_field", "text"),
                    (["text": "a\u{1B}b"], "invalid_field", "text"), (["text": "a\rb"], "invalid_field", "text"),
                    (["text": "x", "nonce": ""], "invalid_field", "nonce"),
                    (["text": "x", "nonce": .string(String(repeating: "n", count: 65))], "invalid_field", "nonce"),
                    (["text": "x", "reply_to": 99], "invalid_field", "reply_to"),
                    (["text": "x", "reply_to": "1"], "invalid_field", "reply_to"),
                    (["text": .string(String(repeating: "x", count: 8193))], "text_too_long", nil),
                ]
                for (json, code, field) in cases {
                    expectProblem(
                        try await server.access.call("POST", path, json, alice), 400, code, field: field, "\(json)")
                }
                let longest = String(repeating: "é", count: 4096)
                #expect(
                    try await server.access.call("POST", path, ["text": .string(longest + "")], alice).status == 201)
                #expect(try await server.access.call("POST", path, ["text": "tab\tand\nline"], alice).status == 201)
            }
        }

        @Test("messages page by seq in both directions, oldest first, and say whether there are more")
        func paging() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                for number in 1...5 {
                    _ = try await server.access.call("POST", path, ["text": .string("m\(number)")], alice)
                }
                // seq 1 is alice's joining; the messages are 2 to 6.
                let cases: [(query: String, texts: [String], more: Bool)] = [
                    ("", ["m1", "m2", "m3", "m4", "m5"], false), ("?limit=2", ["m4", "m5"], true),
                    ("?limit=2&before=5", ["m2", "m3"], true), ("?limit=2&before=3", ["m1"], false),
                    ("?limit=2&after=3", ["m3", "m4"], true), ("?after=4", ["m4", "m5"], false),
                    ("?after=3&before=6", ["m3", "m4"], false), ("?after=6", [], false),
                    ("?after=0&limit=1", ["m1"], true),
                ]
                for (query, texts, more) in cases {
                    let page = try await server.access.get(path + query, alice)
                    #expect(page.status == 200)
                    #expect(page.json["messages"]?.array?.compactMap { $0["text"]?.string } == texts, "\(query)")
                    #expect(page.json["more"]?.bool == more, "\(query)")
                }
                for query in ["?limit=0", "?limit=x", "?before=-1", "?after=1.5", "?limit=99999999999999999999"] {
                    #expect(try await server.access.get(path + query, alice).code == "invalid_field", "\(query)")
                }
            }
        }

        @Test("the log holds the same objects as the socket, by seq")
        func log() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let socket = try await server.access.greeted(alice)
                _ = try await server.access.call("POST", path, ["text": "hi", "nonce": "n"], alice)
                let event = try await socket.event("message")
                let log = try await server.access.get("/api/v1/rooms/general/log?after=1", alice)
                #expect(log.json["events"] == .array([event]) && log.json["more"]?.bool == false)
                let all = try await server.access.get("/api/v1/rooms/general/log", alice)
                let joined = try #require(all.json["events"]?[0])
                #expect(joined["type"]?.string == "member" && joined["change"]?.string == "joined")
                #expect(joined["seq"]?.integer == 1 && joined["user"]?.string == "alice")
                let first = try await server.access.get("/api/v1/rooms/general/log?limit=1", alice)
                #expect(first.json["events"]?.array?.count == 1 && first.json["more"]?.bool == true)
                try await socket.close()
            }
        }

        @Test("who is not a member of a public room may see it and not read it")
        func notAMember() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                _ = try await server.access.call("POST", "/api/v1/rooms", ["id": "ops"], alice)
                #expect(try await server.access.get("/api/v1/rooms/ops", bob).status == 200)
                #expect(try await server.access.get("/api/v1/rooms/ops/members", bob).status == 200)
                for path in ["/api/v1/rooms/ops/messages", "/api/v1/rooms/ops/log"] {
                    expectProblem(try await server.access.get(path, bob), 403, "not_a_member")
                }
                expectProblem(
                    try await server.access.call("POST", "/api/v1/rooms/ops/messages", ["text": "x"], bob), 403,
                    "not_a_member")
            }
        }
    }
}
