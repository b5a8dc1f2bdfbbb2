import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Commands of a socket")
    struct CommandTests {
        @Test("the sender of a message gets the ok and the event, others the event, on every socket of theirs")
        func send() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                let sender = try await server.access.greeted(alice)
                let readers = [
                    try await server.access.greeted(alice), try await server.access.greeted(bob),
                    try await server.access.greeted(bob),
                ]
                let answer = try await sender.ask("send", ["room": "general", "text": "hello, Wörld 👋"])
                #expect(Set(answer.object?.keys.map { $0 } ?? []) == ["type", "id", "room", "seq", "at"])
                #expect(answer["type"] == "ok" && answer["room"] == "general")
                for socket in readers + [sender] {
                    let event = try await socket.event("message")
                    #expect(
                        event
                            == .object([
                                "type": "message", "room": "general", "seq": answer["seq"] ?? nil,
                                "at": answer["at"] ?? nil,
                                "from": "alice", "text": "hello, Wörld 👋",
                            ]))
                    try await socket.close()
                }
            }
        }

        @Test("without an id there is no ok, and an error carries none")
        func withoutID() async throws {
            try await TestServer.run { server in
                let socket = try await server.access.greeted(try await server.access.register("alice"))
                try await socket.send(.object(["type": "send", "room": "general", "text": "one"]))
                try await socket.send(.object(["type": "send", "room": "nowhere", "text": "two"]))
                try await socket.send(.object(["type": "ping"]))
                #expect(try await socket.event("message")["text"] == "one")
                let error = try await socket.event("error")
                #expect(error["code"] == "room_not_found" && error["id"] == nil && error["message"]?.string != nil)
                let pong = try await socket.event("pong")
                #expect(pong["id"] == nil && pong["at"]?.string != nil)
                #expect(socket.waitingCount == 0)
                try await socket.close()
            }
        }

        @Test("the same nonce is one message, over sockets and over HTTP, and says duplicate from the second time on")
        func nonce() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let socket = try await server.access.greeted(alice)
                let first = try await socket.ask("send", ["room": "general", "text": "one", "nonce": "n"])
                #expect(first["duplicate"] == nil)
                let again = try await socket.ask("send", ["room": "general", "text": "other", "nonce": "n"])
                #expect(again["duplicate"] == true && again["seq"] == first["seq"] && again["at"] == first["at"])
                let second = try await server.access.greeted(alice)
                let elsewhere = try await second.ask("send", ["room": "nowhere", "nonce": "n"])
                #expect(elsewhere["duplicate"] == true && elsewhere["seq"] == first["seq"])
                let page = try await socket.ask("history", ["room": "general"])
                #expect(page["messages"]?.array?.count == 1)
                try await socket.close()
                try await second.close()
            }
        }

        @Test("a refused command says why and the socket lives on")
        func errors() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                _ = try await server.access.register("bob")
                _ = try await server.access.call(
                    "POST", "/api/v1/rooms", ["id": "other"], try await server.access.login("bob"))
                let socket = try await server.access.greeted(alice)
                let cases: [(type: String, fields: [String: JSONValue], code: String)] = [
                    ("send", ["room": "general"], "invalid_field"),
                    ("send", ["room": "general", "text": ""], "invalid_field"),
                    ("send", ["room": "general", "text": "a\u{0}"], "invalid_field"),
                    (
                        "send", ["room": "general", "text": .string(String(repeating: "x", count: 8193))],
                        "text_too_long"
                    ),
                    ("send", ["room": "nowhere", "text": "x"], "room_not_found"),
                    ("send", ["room": "other", "text": "x"], "not_a_member"),
                    ("send", ["text": "x"], "invalid_field"),
                    ("send", ["room": "general", "text": "x", "nonce": ""], "invalid_field"),
                    ("join", [:], "invalid_field"), ("join", ["room": "nowhere"], "room_not_found"),
                    ("join", ["room": "Bad Name"], "room_not_found"), ("leave", ["room": "other"], "not_a_member"),
                    ("direct", ["user": "nobody"], "user_not_found"), ("direct", [:], "invalid_field"),
                    ("direct", ["user": "alice"], "invalid_field"),
                    ("resume", ["rooms": .object(["general": 99])], "invalid_seq"),
                    ("resume", ["rooms": .object(["general": -1])], "invalid_seq"), ("resume", [:], "invalid_field"),
                    ("history", ["room": "other"], "not_a_member"), ("history", ["room": "nowhere"], "room_not_found"),
                    ("history", ["room": "general", "limit": 0], "invalid_field"),
                    ("history", ["room": "general", "before": "x"], "invalid_field"),
                    ("read", ["room": "general", "seq": 99], "invalid_seq"),
                    ("read", ["room": "general"], "invalid_field"),
                    ("explode", [:], "unknown_type"),
                ]
                for (type, fields, code) in cases {
                    let answer = try await socket.ask(type, fields)
                    #expect(answer["type"] == "error" && answer["code"]?.string == code, "\(type) \(answer)")
                    #expect(answer["message"]?.string?.isEmpty == false)
                }
                #expect(try await socket.ask("ping")["type"] == "pong")
                try await socket.close()
            }
        }

        @Test("bad JSON and a bad id get an error without an id, and the socket lives on")
        func badFrames() async throws {
            try await TestServer.run { server in
                let socket = try await server.access.greeted(try await server.access.register("alice"))
                for text in ["", "{", "[]", "null", "\"x\"", "{}{}", #"{"type":}"#] {
                    try await socket.send(text: text)
                    let error = try await socket.event("error")
                    #expect(error["code"] == "bad_json" && error["id"] == nil, "\(text)")
                }
                for id in ["1", "null", "{}", "\"" + String(repeating: "i", count: 65) + "\""] {
                    try await socket.send(text: #"{"type":"ping","id":\#(id)}"#)
                    let error = try await socket.event("error")
                    #expect(error["code"] == "invalid_id" && error["id"] == nil, "\(id)")
                }
                for text in ["{}", #"{"type":1}"#] {
                    try await socket.send(text: text)
                    #expect(try await socket.event("error")["code"] == "invalid_field")
                }
                let longest = String(repeating: "é", count: 64)
                try await socket.send(.object(["type": "ping", "id": .string(longest)]))
                #expect(try await socket.event("pong")["id"]?.string == longest)
                try await socket.close()
            }
        }

        @Test("join and leave change what a socket hears, at once and for all sockets of the user")
        func joinAndLeave() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                _ = try await server.access.call("POST", "/api/v1/rooms", ["id": "ops"], alice)
                let owner = try await server.access.greeted(alice)
                let sockets = [try await server.access.greeted(bob), try await server.access.greeted(bob)]
                let joined = try await sockets[0].ask("join", ["room": "ops"])
                #expect(joined["type"] == "ok" && joined["room"] == "ops")
                #expect(joined["room_info"]?["head"]?.integer == 3 && joined["room_info"]?["role"] == "member")
                for socket in sockets + [owner] {
                    let event = try await socket.event("member")
                    #expect(event["room"] == "ops" && event["user"] == "bob" && event["change"] == "joined")
                }
                // Joining again changes nothing.
                #expect(try await sockets[1].ask("join", ["room": "ops"])["room_info"]?["head"]?.integer == 3)
                try await owner.ask("send", ["room": "ops", "text": "one"])
                for socket in sockets { #expect(try await socket.event("message")["text"] == "one") }

                #expect(try await sockets[1].ask("leave", ["room": "ops"])["room"] == "ops")
                #expect(try await owner.event("member")["change"] == "left")
                try await owner.ask("send", ["room": "ops", "text": "two"])
                try await owner.ask("send", ["room": "general", "text": "three"])
                for socket in sockets {
                    // The next event is of another room: the one that was left is silent, its own event included.
                    #expect(try await socket.event { $0["seq"] != nil }["text"] == "three")
                    try await socket.close()
                }
                try await owner.close()
            }
        }

        @Test("a private room is neither joined nor heard by who was not invited")
        func privateRoom() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                _ = try await server.access.call("POST", "/api/v1/rooms", ["id": "secret", "kind": "private"], alice)
                let owner = try await server.access.greeted(alice)
                let outsider = try await server.access.greeted(bob)
                let refusal = try await outsider.ask("join", ["room": "secret"])
                let unknown = try await outsider.ask("join", ["room": "nowhere"])
                #expect(refusal["code"] == "room_not_found" && refusal["message"] == unknown["message"])
                for command in ["send", "history", "read", "leave"] {
                    let answer = try await outsider.ask(command, ["room": "secret", "text": "x", "seq": 1])
                    #expect(answer["code"] == "room_not_found", "\(command)")
                }
                #expect(try await outsider.ask("resume", ["rooms": .object(["secret": 0])])["rooms"] == .object([:]))
                try await owner.ask("send", ["room": "secret", "text": "hidden"])
                _ = try await server.access.call("PUT", "/api/v1/rooms/secret/members/bob", [:], alice)
                let invited = try await outsider.event { $0["seq"] != nil }
                #expect(invited["type"] == "member" && invited["change"] == "invited" && invited["by"] == "alice")
                try await owner.ask("send", ["room": "secret", "text": "welcome"])
                #expect(try await outsider.event("message")["text"] == "welcome")
                _ = try await server.access.call("DELETE", "/api/v1/rooms/secret/members/bob", [:], alice)
                try await owner.ask("send", ["room": "secret", "text": "gone"])
                #expect(try await outsider.ask("ping")["type"] == "pong")
                try await outsider.close()
                try await owner.close()
            }
        }

        @Test(
            "a direct room is made on first use, the same for the same people in whatever order, and seen by no one else"
        )
        func direct() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.greeted(try await server.access.register("alice"))
                let bob = try await server.access.greeted(try await server.access.register("bob"))
                let carolLogin = try await server.access.register("carol")
                let carol = try await server.access.greeted(carolLogin)
                let made = try await alice.ask("direct", ["user": "bob"])
                let slug = try #require(made["room"]?.string)
                #expect(slug.hasPrefix("dm-") && made["room_info"]?["kind"] == "direct")
                #expect(try await bob.ask("direct", ["users": .array(["alice"])])["room"]?.string == slug)
                try await alice.ask("send", ["room": .string(slug), "text": "psst"])
                #expect(try await bob.event("message")["text"] == "psst")
                let three = try await carol.ask("direct", ["users": .array(["bob", "alice"])])
                #expect(three["room"]?.string != slug)
                #expect(try await alice.ask("direct", ["users": .array(["carol", "bob"])])["room"] == three["room"])
                #expect(try await carol.ask("join", ["room": .string(slug)])["code"] == "room_not_found")
                #expect(try await bob.ask("leave", ["room": .string(slug)])["code"] == "direct_room")
                expectProblem(
                    try await server.access.get("/api/v1/rooms/\(slug)/messages", carolLogin), 404, "room_not_found")
                for socket in [alice, bob, carol] { try await socket.close() }
            }
        }

        @Test("history pages as over HTTP, and read goes neither back nor past the head")
        func historyAndRead() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let socket = try await server.access.greeted(login)
                for number in 1...5 {
                    try await socket.ask("send", ["room": "general", "text": .string("m\(number)")])
                }
                let page = try await socket.ask("history", ["room": "general", "before": 5, "limit": 2])
                #expect(page["messages"]?.array?.compactMap { $0["text"]?.string } == ["m2", "m3"])
                #expect(page["more"] == true)
                #expect(try await socket.ask("read", ["room": "general", "seq": 4])["type"] == "ok")
                #expect(try await socket.ask("read", ["room": "general", "seq": 2])["type"] == "ok")
                let room = try await server.access.get("/api/v1/rooms/general", login)
                #expect(room.json["room_info"]?["read"]?.integer == 4)
                try await socket.close()
            }
        }

        @Test("more commands or messages than the limit are refused with the time to wait, and the socket lives on")
        func rates() async throws {
            let settings = ["limits.messages_per_second": "2", "limits.commands_per_second": "20"]
            try await TestServer.run(settings) { server in
                let socket = try await server.access.greeted(try await server.access.register("alice"))
                let commands: [(String, [String: JSONValue])] = [
                    ("send", ["room": "general", "text": "x"]), ("ping", [:]),
                ]
                for (type, fields) in commands {
                    var refusal: JSONValue?
                    for _ in 0..<200 where refusal == nil {
                        let answer = try await socket.ask(type, fields)
                        if answer["type"] == "error" { refusal = answer }
                    }
                    #expect(refusal?["code"] == "rate_limited")
                    #expect((refusal?["retry_after_ms"]?.integer ?? 0) > 0)
                }
                try await socket.close()
            }
        }
    }
}
