import Database
import Testing

@testable import Chat

@Suite("Mentions and replies")
struct MentionTests {
    /// Runs with a room of olga, bob, carl and a.b, whose head is 6.
    private func run(
        _ configure: (inout ChatService.Configuration) -> Void = { _ in }, _ body: (TestChat) async throws -> Void
    ) async throws {
        try await TestChat.run(configure) { chat throws in
            try await chat.makeRoom("a", members: ["bob", "carl", "a.b", "x-"])
            try await body(chat)
        }
    }

    private func unread(_ chat: TestChat, _ user: UserID) throws -> [RoomID: Int64] {
        try chat.engine.readBlocking { try MentionTable.unread(of: user, $0) }
    }

    @Test(
        "a name behind an @ is one, unless something stands before it that could make it an address",
        arguments: [
            ("@bob", ["bob"]), ("hi @bob!", ["bob"]), ("@bob.", ["bob"]), ("@bob...", ["bob"]), ("(@bob)", ["bob"]),
            ("@Bob and @CARL", ["bob", "carl"]), ("@bob @bob @bob", ["bob"]), ("@carl,@bob", ["carl", "bob"]),
            ("@a.b", ["a.b"]), ("@a.b.", ["a.b"]), ("@x-", ["x-"]), ("@x--", ["x-"]), ("你好@bob你好", ["bob"]),
            ("line\n@bob", ["bob"]), ("\"@bob\"", ["bob"]),
            ("bob", []), ("@", []), ("@@bob", []), ("mail@bob", []), ("me.too@bob", []), ("@bobby", []), ("@b", []),
            ("@ bob", []), ("@nobody-1", []), ("", []), ("@.", []), ("@-bob", []), ("@a", []), ("＠bob", []),
            ("@" + String(repeating: "b", count: 5000), []), (String(repeating: "@.", count: 3000), []),
        ] as [(String, [String])])
    func names(text: String, expected: [String]) {
        let members: Set<UserID> = ["bob", "carl", "a.b", "x-"]
        #expect(Mentions.names(in: text) { members.contains($0) }.map(\.description) == expected)
    }

    @Test("stand where a browser counts them, the at sign included")
    func places() {
        let text = "é 👍🏽 @Bob, @nobody (@carl) 你好@a.b. 😀@bob"
        var found: [String] = []
        Mentions.forEach(in: text, where: { ["bob", "carl", "a.b"].contains($0) }) { name, range in
            found.append("\(name)=" + String(decoding: Array(text.utf16)[range], as: UTF16.self))
        }
        #expect(found == ["bob=@Bob", "carl=@carl", "a.b=@a.b", "bob=@bob"])
    }

    @Test("stand on the message, live and in the log, for members only and never for the author")
    func onTheMessage() async throws {
        try await run { chat throws in
            let socket = try await chat.open("carl")
            try await chat.send("a", "bob", "@olga @bob @stranger @carl")
            try await socket.wait("the message") { !$0.received.seqs(of: "a").isEmpty }
            let event = try #require(try await socket.frames().events(of: "a").first)
            #expect(event["mentions"]?.items.map(\.text) == ["olga", "carl"])
            #expect(try chat.events("a").last?.mentions == ["olga", "carl"])
            try await chat.send("a", "bob", "nobody")
            #expect(try await chat.history("a", "bob").map { $0["mentions"]?.items.count } == [2, nil])
        }
    }

    @Test("are counted above the read marker, room by room")
    func counted() async throws {
        try await run { chat throws in
            try await chat.makeRoom("b", members: ["bob"])
            #expect(try unread(chat, "bob").isEmpty)
            let first = try #require(try await chat.send("a", "olga", "@bob").seq)
            try await chat.send("a", "olga", "nothing")
            try await chat.send("a", "carl", "@bob @olga")
            try await chat.send("b", "olga", "@bob")
            #expect(try unread(chat, "bob") == ["a": 2, "b": 1])
            #expect(try unread(chat, "olga") == ["a": 1])
            try await chat.submit(.read(room: "a", user: "bob", seq: first))
            #expect(try unread(chat, "bob") == ["a": 1, "b": 1])
            try await chat.submit(.leave(room: "b", user: "bob"))
            #expect(try unread(chat, "bob") == ["a": 1])
            try await chat.submit(.join(room: "b", user: "bob"))
            #expect(try unread(chat, "bob") == ["a": 1])
        }
    }

    @Test("follow the words: an edit brings and takes them, a deletion takes them all")
    func follow() async throws {
        try await run { chat throws in
            let seq = try #require(try await chat.send("a", "olga", "@bob").seq)
            try await chat.submit(.edit(room: "a", target: seq, text: "@carl @bob", by: "olga"))
            #expect(try chat.events("a").suffix(2).map(\.mentions) == [["carl", "bob"], ["carl", "bob"]])
            #expect(try unread(chat, "bob") == ["a": 1] && unread(chat, "carl") == ["a": 1])
            try await chat.submit(.edit(room: "a", target: seq, text: "@carl", by: "olga"))
            #expect(try unread(chat, "bob").isEmpty)
            try await chat.submit(.deleteMessage(room: "a", target: seq, by: "olga"))
            #expect(try unread(chat, "carl").isEmpty)
            #expect(try chat.events("a").suffix(4).allSatisfy(\.mentions.isEmpty))
            try await chat.send("a", "olga", "@bob")
            try await chat.submit(.delete(room: "a", by: "olga"))
            let rows = try chat.engine.readBlocking { connection in
                try connection.first("SELECT count(*) FROM mentions") { $0.integer(0) }
            }
            #expect(rows == 0)
        }
    }

    @Test("are at most so many in one text, which is refused otherwise, edits included")
    func limit() async throws {
        try await run({ $0.limits.mentionsPerMessage = 2 }) { chat throws in
            let seq = try #require(try await chat.send("a", "olga", "@bob @carl @bob @olga").seq)
            let message = LogRequest.send(
                room: "a", from: "olga", text: "@bob @carl @a.b", nonce: nil, replyTo: nil, violation: nil)
            #expect(await chat.code(message) == "too_many_mentions")
            #expect(
                await chat.code(.edit(room: "a", target: seq, text: "@bob @carl @a.b", by: "olga"))
                    == "too_many_mentions")
            #expect(try await chat.room("a", "olga").head == seq)
        }
    }

    @Test("a reply to a tombstone is refused, and one that came before stays a reply")
    func replies() async throws {
        try await run { chat throws in
            let seq = try #require(try await chat.send("a", "olga").seq)
            let reply = try #require(try await chat.send("a", "bob", replyTo: seq).seq)
            try await chat.submit(.deleteMessage(room: "a", target: seq, by: "olga"))
            let late = LogRequest.send(
                room: "a", from: "bob", text: "late", nonce: nil, replyTo: seq, violation: nil)
            #expect(await chat.code(late) == "message_deleted")
            try await chat.submit(.deleteMessage(room: "a", target: reply, by: "bob"))
            #expect(try chat.events("a").first { $0.seq == reply }?.target == seq)
        }
    }
}
