import Testing

@testable import Chat

@Suite("A chat socket")
struct ChatSessionTests {
    @Test("is greeted with who it is, its rooms, and its limits")
    func hello() async throws {
        try await TestChat.run({
            $0.server = "parley test"
            $0.node = "n1"
            $0.limits.textBytes = 100
        }) { chat in
            try await chat.makeRoom("a", members: ["bob"])
            try await chat.makeRoom("b", .private, members: ["bob"])
            try await chat.makeRoom("c")
            try await chat.send("a", "olga")
            try await chat.send("a", "bob")
            try await chat.submit(.setMember(room: "b", user: "bob", role: .moderator, isMuted: true, by: "olga"))
            let socket = try await chat.open("bob", login: "s-7")
            let hello = try #require(try await socket.frames().first)
            #expect(
                hello.names == [
                    "type", "protocol", "server", "node", "user", "session", "heartbeat_ms", "limits", "rooms",
                ])
            #expect(hello["type"]?.text == "hello" && hello["protocol"]?.text == "parley.v1")
            #expect(hello["server"]?.text == "parley test" && hello["node"]?.text == "n1")
            #expect(hello["user"] == (try JSON(parsing: #"{"id":"bob","name":"BOB","role":"user"}"#)))
            #expect(
                hello["session"]
                    == (try JSON(
                        parsing: #"{"id":"s-7","device":"test","created_at":"1970-01-01T00:00:00.000Z","#
                            + #""access_expires_at":"2026-01-31T12:10:00.000Z"}"#)))
            #expect(hello["heartbeat_ms"]?.number == 25_000)
            #expect(hello["limits"]?["edit_window_ms"]?.number == 86_400_000)
            #expect(hello["limits"]?["text_bytes"]?.number == 100 && hello["limits"]?["frame_bytes"]?.number == 65536)
            #expect(
                hello["rooms"]
                    == (try JSON(
                        parsing: #"[{"id":"a","kind":"public","title":null,"topic":null,"head":5,"members":2,"#
                            + #""role":"member","muted":false,"read":2,"unread":1,"mentions":0},"#
                            + #"{"id":"b","kind":"private","title":null,"topic":null,"head":5,"members":2,"#
                            + #""role":"moderator","muted":true,"read":2,"unread":0,"mentions":0}]"#)))
        }
    }

    @Test("counts what is unread as others' messages above what was read")
    func unread() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            for _ in 0..<5 { try await chat.send("a", "olga") }
            try await chat.send("a", "bob")
            func unread() async throws -> Int64? {
                try await chat.open("bob").frames().first?["rooms"]?.items.first?["unread"]?.number
            }
            #expect(try await unread() == 5)
            let socket = try await chat.open("bob")
            #expect(try await socket.ask(#""type":"read","room":"a","seq":6"#)["type"]?.text == "ok")
            #expect(try await unread() == 2)
            #expect(try await socket.ask(#""type":"read","room":"a","seq":9"#)["type"]?.text == "ok")
            #expect(try await unread() == 0)
            #expect(try await socket.ask(#""type":"read","room":"a","seq":10"#)["code"]?.text == "invalid_seq")
        }
    }

    @Test("carries out each command and answers with its id")
    func commands() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            let socket = try await chat.open("bob")
            func ask(_ members: String) async throws -> String {
                let answer = try await socket.ask(members)
                guard case .object(var object) = answer else { return "" }
                object.members.removeAll { $0.name == "id" }
                return JSON.object(object).encoded
            }
            let info = #""kind":"public","title":null,"topic":null"#
            #expect(
                try await ask(#""type":"join","room":"a""#)
                    == #"{"type":"ok","room":"a","room_info":{"id":"a",\#(info),"head":3,"members":2,"#
                    + #""role":"member","muted":false,"read":2}}"#)
            let at = "2026-01-31T12:00:00.000Z"
            #expect(
                try await ask(#""type":"send","room":"a","text":"hi","nonce":"n""#)
                    == #"{"type":"ok","room":"a","seq":4,"at":"\#(at)"}"#)
            #expect(
                try await ask(#""type":"send","room":"a","text":"","nonce":"n""#)
                    == #"{"type":"ok","room":"a","seq":4,"at":"\#(at)","duplicate":true}"#)
            #expect(try await ask(#""type":"read","room":"a","seq":4"#) == #"{"type":"ok"}"#)
            #expect(
                try await ask(#""type":"history","room":"a","limit":1"#)
                    == #"{"type":"ok","messages":[{"type":"message","room":"a","seq":4,"at":"\#(at)","from":"bob","#
                    + #""text":"hi"}],"more":false}"#)
            #expect(
                try await ask(#""type":"resume","rooms":{"a":4}"#)
                    == #"{"type":"ok","rooms":{"a":{"head":4,"complete":true}}}"#)
            #expect(try await ask(#""type":"leave","room":"a""#) == #"{"type":"ok","room":"a"}"#)
            #expect(try await ask(#""type":"ping""#) == #"{"type":"pong","at":"\#(at)"}"#)
            let direct = try await socket.ask(#""type":"direct","user":"ann""#)
            #expect(direct["room"]?.text?.hasPrefix("dm-") == true)
            #expect(direct["room_info"]?["people"]?.items == [.string("ann"), .string("bob")])
            #expect(try await socket.ask(#""type":"direct","users":["ann","bob"]"#)["room"] == direct["room"])
        }
    }

    @Test(
        "refuses with the id, a code and words",
        arguments: [
            (#""type":"nonsense""#, "unknown_type"), (#""type":"join","room":"nowhere""#, "room_not_found"),
            (#""type":"join","room":"secret""#, "room_not_found"), (#""type":"leave","room":"a""#, "not_a_member"),
            (#""type":"send","room":"a","text":"x""#, "not_a_member"),
            (#""type":"send","room":"a","text":"""#, "invalid_field"),
            (#""type":"send","room":"b","text":"\u0007""#, "invalid_field"),
            (#""type":"send","text":"x""#, "invalid_field"),
            (#""type":"send","room":"Bad Name","text":"x""#, "room_not_found"),
            (#""type":"send","room":"b","text":"x","reply_to":99"#, "invalid_field"),
            (#""type":"history","room":"a""#, "not_a_member"), (#""type":"history","room":"secret""#, "room_not_found"),
            (#""type":"read","room":"b","seq":99"#, "invalid_seq"),
            (#""type":"resume","rooms":{"b":99}"#, "invalid_seq"),
            (#""type":"direct","user":"nobody-1""#, "user_not_found"),
            (#""type":"direct","user":"bob""#, "invalid_field"),
        ])
    func refusals(members: String, code: String) async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            try await chat.makeRoom("b", members: ["bob"])
            try await chat.makeRoom("secret", .private)
            let socket = try await chat.open("bob")
            let answer = try await socket.ask(members)
            #expect(answer.names.prefix(4) == ["type", "id", "code", "message"])
            #expect(answer["type"]?.text == "error" && answer["code"]?.text == code)
            #expect(try await socket.ask(#""type":"ping""#)["type"]?.text == "pong")
        }
    }

    @Test("without an id there is no ok, and an error carries none")
    func withoutID() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let socket = try await chat.open("bob")
            for text in [
                #"{"type":"send","room":"a","text":"x"}"#, #"{"type":"read","room":"a","seq":1}"#,
                #"{"type":"join","room":"a"}"#, #"{"type":"history","room":"a"}"#, "no JSON", "[]",
                #"{"type":"ping","id":7}"#, #"{"type":"nonsense"}"#, #"{"type":"join","room":"nowhere"}"#,
                #"{"type":"ping"}"#,
            ] { socket.send(text) }
            // Some are answered on the spot and some by the log, so that the last to be asked is not the last to come.
            try await socket.wait("the event of the send and five errors") { socket in
                !socket.received.seqs(of: "a").isEmpty
                    && socket.received.count { $0["type"]?.text == "error" } >= 5
            }
            let frames = try await socket.settledFrames().dropFirst()
            #expect(frames.first(where: { $0["type"]?.text == "ok" }) == nil)
            let errors = frames.filter { $0["type"]?.text == "error" }
            #expect(errors.allSatisfy { $0["id"] == nil })
            #expect(
                Set(errors.compactMap { $0["code"]?.text }) == [
                    "bad_json", "invalid_id", "unknown_type", "room_not_found",
                ])
            #expect(errors.count == 5)
            #expect(frames.contains { $0["type"]?.text == "pong" && $0["id"] == nil })
        }
    }

    @Test("sends too many messages is told how long to wait, and lives on")
    func messageRate() async throws {
        try await TestChat.run({ $0.limits.messagesPerSecond = 1 }) { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let socket = try await chat.open("bob")
            let answers = try await socket.askAtOnce(#""type":"send","room":"a","text":"x""#, times: 5)
            #expect(answers.prefix(3).allSatisfy { $0["type"]?.text == "ok" })
            let refused = answers.dropFirst(3)
            #expect(refused.allSatisfy { $0["code"]?.text == "rate_limited" })
            #expect(refused.allSatisfy { (1...1001).contains($0["retry_after_ms"]?.number ?? 0) })
            #expect(refused.first?["message"]?.text?.contains("limits.messages_per_second") == true)
            #expect(try await socket.settledFrames().seqs(of: "a") == [4, 5, 6])
        }
    }

    @Test("sends too many commands of any kind is told so")
    func commandRate() async throws {
        try await TestChat.run({ $0.limits.commandsPerSecond = 1 }) { chat in
            let socket = try await chat.open("bob")
            let answers = try await socket.askAtOnce(#""type":"ping""#, times: 4)
            #expect(answers.prefix(3).allSatisfy { $0["type"]?.text == "pong" })
            let refused = try #require(answers.last)
            #expect(refused["code"]?.text == "rate_limited")
            #expect(refused["message"]?.text?.contains("limits.commands_per_second") == true)
        }
    }

    @Test("sees its own message and the answer, in whatever order")
    func ownMessage() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let socket = try await chat.open("bob")
            let answer = try await socket.ask(#""type":"send","room":"a","text":"hi","reply_to":null"#)
            let event = try #require(try await socket.settledFrames().events(of: "a").first)
            #expect(event["seq"] == answer["seq"] && event["at"] == answer["at"])
            #expect(event["from"]?.text == "bob" && event["text"]?.text == "hi")
        }
    }

    @Test("reads no command before its hello")
    func commandBeforeHello() async throws {
        try await TestChat.run { chat in
            let gate = Gate()
            let socket = try await chat.connect(
                "bob",
                details: {
                    gate.wait()
                    return .init(device: "test", createdAt: 0)
                })
            socket.send(#"{"type":"ping","id":"early"}"#)
            #expect(try await socket.onLoop { !$0.isReading && $0.received.isEmpty })
            gate.open()
            try await socket.wait("the pong") { $0.received.contains { $0["id"]?.text == "early" } }
            #expect(try await socket.frames().map { $0["type"]?.text } == ["hello", "pong"])
        }
    }

    @Test("hears in hello only of rooms it is still in, and of the others nothing at all")
    func removedDuringHello() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            try await chat.makeRoom("b", members: ["bob"])
            try await chat.makeRoom("c")
            let gate = Gate()
            let socket = try await chat.connect(
                "bob",
                details: {
                    gate.wait()
                    return .init(device: "test", createdAt: 0)
                })
            await chat.settle()
            #expect(try await socket.onLoop { $0.session.phase } == .greeting)
            try await chat.submit(.removeMember(room: "a", user: "bob", by: "olga"))
            try await chat.send("a", "olga")
            try await chat.send("b", "olga")
            try await chat.submit(.join(room: "c", user: "bob"))
            gate.open()
            // What came while hello was made is read from the log, some time after hello.
            try await socket.wait("what was missed") {
                $0.received.seqs(of: "b") == [4] && $0.received.seqs(of: "c") == [3]
            }
            let frames = try await socket.settledFrames()
            #expect(frames.first?["rooms"]?.items.map { $0["id"]?.text } == ["b"])
            #expect(frames.seqs(of: "a") == [])
            #expect(frames.seqs(of: "b") == [4])
            #expect(frames.seqs(of: "c") == [3])
        }
    }

    @Test("noise on an open socket never ends it")
    func noise() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let socket = try await chat.open("bob")
            var random = RandomJSON(seed: 5)
            for _ in 0..<1000 {
                socket.send(random.text())
                socket.send(random.damaged(#"{"type":"resume","rooms":{"a":1,"b":2},"id":"x"}"#))
                socket.send(random.damaged(#"{"type":"history","room":"a","before":3,"limit":5,"id":"x"}"#))
            }
            #expect(try await socket.ask(#""type":"send","room":"a","text":"x""#)["type"]?.text == "ok")
        }
    }
}
