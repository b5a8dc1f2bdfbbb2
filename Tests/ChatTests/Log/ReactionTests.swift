import Database
import Testing

@testable import Chat

@Suite("Reactions")
struct ReactionTests {
    /// Runs with a room in which olga said something at seq 5, with bob and carl as members.
    private func run(
        _ configure: (inout ChatService.Configuration) -> Void = { _ in }, _ body: (TestChat) async throws -> Void
    ) async throws {
        try await TestChat.run(configure) { chat throws in
            try await chat.makeRoom("a", members: ["bob", "carl"])
            #expect(try await chat.send("a", "olga").seq == 5)
            try await body(chat)
        }
    }

    private func react(_ emoji: String, _ user: UserID, on isOn: Bool = true, target: Int64 = 5) -> LogRequest {
        .react(room: "a", target: target, emoji: Emoji(stored: emoji), isOn: isOn, by: user)
    }

    /// What the user sees: an emoji, its count, a star when it is the user's own, and who gave it.
    private func seen(_ chat: TestChat, by user: UserID, at index: Int = 0) async throws -> [String] {
        try await (chat.history("a", user)[index]["reactions"]?.items ?? []).map { reaction in
            let people = reaction["users"]?.items.compactMap(\.text).joined(separator: ",") ?? "-"
            let star = reaction["mine"]?.truth == true ? "*" : ""
            return "\(reaction["emoji"]?.text ?? "") \(reaction["count"]?.number ?? -1)\(star) \(people)"
        }
    }

    @Test("are counted for each emoji in the order in which it came, with who gave it and whether that is the caller")
    func counted() async throws {
        try await run { chat throws in
            #expect(try await chat.history("a", "olga")[0]["reactions"] == nil)
            for request in [react("🎉", "carl"), react("👍", "bob"), react("🎉", "bob"), react("👍", "olga")] {
                try await chat.submit(request)
            }
            #expect(try await seen(chat, by: "bob") == ["🎉 2* carl,bob", "👍 2* bob,olga"])
            #expect(try await seen(chat, by: "carl") == ["🎉 2* carl,bob", "👍 2 bob,olga"])
            let events = try chat.events("a").suffix(4)
            #expect(events.map(\.seq) == [6, 7, 8, 9] && events.allSatisfy { $0.kind == .reacted && $0.isOn })
            #expect(events.map(\.emoji?.description) == ["🎉", "👍", "🎉", "👍"] && events.allSatisfy { $0.target == 5 })
        }
    }

    @Test("taken back are gone, each with an event of its own, and the last of an emoji takes the emoji along")
    func takenBack() async throws {
        try await run { chat throws in
            for request in [react("👍", "bob"), react("👍", "carl"), react("👍", "bob", on: false)] {
                try await chat.submit(request)
            }
            #expect(try await seen(chat, by: "bob") == ["👍 1 carl"])
            try await chat.submit(react("👍", "carl", on: false))
            #expect(try await chat.history("a", "bob")[0]["reactions"] == nil)
            #expect(try chat.events("a").suffix(4).map(\.isOn) == [true, true, false, false])
        }
    }

    @Test("given twice or taken back twice make one event")
    func repeats() async throws {
        try await run { chat throws in
            #expect(try await chat.submit(react("👍", "bob")) == .appended(room: "a", seq: 6, isDuplicate: false))
            #expect(try await chat.submit(react("👍", "bob")) == .appended(room: "a", seq: 6, isDuplicate: true))
            #expect(
                try await chat.submit(react("👍", "bob", on: false)) == .appended(room: "a", seq: 7, isDuplicate: false))
            #expect(
                try await chat.submit(react("👍", "bob", on: false)) == .appended(room: "a", seq: 5, isDuplicate: true))
            #expect(try await chat.room("a", "olga").head == 7)
        }
    }

    @Test("are of at most so many kinds for one message, and of any number of people")
    func limit() async throws {
        try await run({ $0.limits.reactionsPerMessage = 3 }) { chat throws in
            for emoji in ["1️⃣", "2️⃣", "3️⃣"] { try await chat.submit(react(emoji, "bob")) }
            #expect(await chat.code(react("4️⃣", "bob")) == "too_many_reactions")
            #expect(await chat.code(react("4️⃣", "carl")) == "too_many_reactions")
            #expect(await chat.code(react("3️⃣", "carl")) == "ok")
            #expect(await chat.code(react("1️⃣", "bob", on: false)) == "ok")
            #expect(await chat.code(react("4️⃣", "carl")) == "ok")
            let other = try #require(try await chat.send("a", "olga").seq)
            #expect(await chat.code(react("5️⃣", "bob", target: other)) == "ok")
        }
    }

    @Test("of many people are counted without their names, and the caller still knows about itself")
    func crowd() async throws {
        try await run { chat throws in
            for number in 1...10 {
                let user = UserID(stored: "u\(number)")
                try await chat.submit(.join(room: "a", user: user))
                try await chat.submit(react("👍", user))
            }
            let names = (1...10).map { "u\($0)" }.joined(separator: ",")
            #expect(try await seen(chat, by: "bob") == ["👍 10 \(names)"])
            try await chat.submit(react("👍", "bob"))
            #expect(try await seen(chat, by: "bob") == ["👍 11* -"])
            #expect(try await seen(chat, by: "carl") == ["👍 11 -"])
            try await chat.submit(react("👍", "u3", on: false))
            #expect(try await seen(chat, by: "bob") == ["👍 10* \(names.replacing("u3,", with: "")),bob"])
        }
    }

    @Test("belong to their message, on every page that shows it")
    func pages() async throws {
        try await run { chat throws in
            let second = try #require(try await chat.send("a", "olga").seq)
            let third = try #require(try await chat.send("a", "olga").seq)
            try await chat.submit(react("👍", "bob"))
            try await chat.submit(react("🎉", "bob", target: third))
            #expect(try await seen(chat, by: "bob", at: 0) == ["👍 1* bob"])
            #expect(try await seen(chat, by: "bob", at: 1).isEmpty)
            #expect(try await seen(chat, by: "bob", at: 2) == ["🎉 1* bob"])
            let page = try await chat.service.reader.history(
                HistoryRequest(room: "a", before: third + 1, after: second - 1, limit: 2), user: "bob")
            let messages = try page.events.withUnsafeBytes { try JSONReader.read($0) }.items
            #expect(messages.map { $0["seq"]?.number } == [second, third])
            #expect(messages.map { $0["reactions"]?.items.count } == [nil, 1])
        }
    }

    @Test("are gone with their message, and with their room")
    func erased() async throws {
        try await run { chat throws in
            func rows() throws -> Int64? {
                try chat.engine.readBlocking { connection in
                    try connection.first(
                        "SELECT (SELECT count(*) FROM reactions) + (SELECT count(*) FROM reaction_kinds)"
                    ) { $0.integer(0) }
                }
            }
            let second = try #require(try await chat.send("a", "olga").seq)
            try await chat.submit(react("👍", "bob"))
            try await chat.submit(react("👍", "bob", target: second))
            try await chat.submit(.deleteMessage(room: "a", target: 5, by: "olga"))
            #expect(try await seen(chat, by: "bob", at: 0).isEmpty)
            #expect(try await seen(chat, by: "bob", at: 1) == ["👍 1* bob"])
            #expect(try rows() == 2)
            try await chat.submit(.delete(room: "a", by: "olga"))
            #expect(try rows() == 0)
        }
    }
}
