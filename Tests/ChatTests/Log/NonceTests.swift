import TestTools
import Testing

@testable import Chat

@Suite("A nonce that was seen before")
struct NonceTests {
    private let repeated = LogAnswer.sent(room: "a", seq: 4, at: ManualClock.start, isDuplicate: true)

    /// Runs with a first message of bob's, `seq` 4 of the room `a`, under the nonce `n`.
    private func run(_ body: (TestChat) async throws -> Void) async throws {
        try await TestChat.run { chat in
            try await prepare(chat)
            try await body(chat)
        }
    }

    private func prepare(_ chat: TestChat) async throws {
        try await chat.makeRoom("a", .private, members: ["bob"])
        try await chat.makeRoom("b", members: ["bob"])
        #expect(
            try await chat.send("a", "bob", "first", nonce: "n")
                == .sent(room: "a", seq: 4, at: ManualClock.start, isDuplicate: false))
        chat.clock.advance(milliseconds: 1000)
    }

    private func expectUntouched(_ chat: TestChat) throws {
        #expect(try chat.events("a").filter { $0.kind == .message }.map(\.text) == ["first"])
    }

    @Test("gives the first answer again")
    func again() async throws {
        try await run { chat in
            for _ in 0..<3 { #expect(try await chat.send("a", "bob", "first", nonce: "n") == repeated) }
            try expectUntouched(chat)
            #expect(try await chat.send("a", "bob", "next").seq == 5)
        }
    }

    @Test("gives the first answer whatever else the request says")
    func whateverElse() async throws {
        try await run { chat in
            #expect(try await chat.send("a", "bob", "other text", nonce: "n") == repeated)
            #expect(try await chat.send("b", "bob", "other room", nonce: "n") == repeated)
            #expect(try await chat.send("nowhere", "bob", nonce: "n") == repeated)
            #expect(try await chat.send("", "bob", nonce: "n", violation: .roomNotFound) == repeated)
            #expect(try await chat.send("a", "bob", "", nonce: "n", violation: .textTooLong(limit: 1)) == repeated)
            #expect(try await chat.send("a", "bob", nonce: "n", replyTo: 99) == repeated)
            try expectUntouched(chat)
            #expect(try chat.events("b").filter { $0.kind == .message }.isEmpty)
        }
    }

    @Test("gives the first answer to who may not send any more")
    func removed() async throws {
        try await run { chat in
            try await chat.submit(.setMember(room: "a", user: "bob", role: nil, isMuted: true, by: "olga"))
            #expect(try await chat.send("a", "bob", nonce: "n") == repeated)
            try await chat.submit(.removeMember(room: "a", user: "bob", by: "olga"))
            #expect(try await chat.send("a", "bob", nonce: "n") == repeated)
            try await chat.submit(.ban(room: "a", user: "bob", by: "olga"))
            #expect(try await chat.send("a", "bob", nonce: "n") == repeated)
            #expect(
                await chat.code(
                    .send(room: "a", from: "bob", text: "x", nonce: "new", replyTo: nil, violation: nil))
                    == "room_not_found")
        }
    }

    @Test("is known after a restart")
    func restart() async throws {
        let directory = try TemporaryDirectory()
        try await TestChat.run(in: directory) { try await prepare($0) }
        try await TestChat.run(in: directory) { chat in
            chat.clock.advance(milliseconds: 99_000)
            #expect(try await chat.send("b", "bob", "again", nonce: "n") == repeated)
            try expectUntouched(chat)
        }
    }

    @Test("is the sender's own: others may use the same")
    func perSender() async throws {
        try await run { chat async throws in
            #expect(try await chat.send("a", "olga", "mine", nonce: "n").seq == 5)
            #expect(try await chat.send("a", "bob", nonce: "n") == repeated)
        }
    }

    @Test("is told apart by every byte", arguments: [("é", "e\u{301}"), ("a", "A"), ("m", "m "), ("1", "１")])
    func bytes(first: String, second: String) async throws {
        try await run { chat async throws in
            #expect(try await chat.send("a", "bob", nonce: first).seq == 5)
            #expect(try await chat.send("a", "bob", nonce: second).seq == 6)
        }
    }

    @Test("that was refused was not seen")
    func refusedFirst() async throws {
        try await run { chat async throws in
            let wrong = LogRequest.send(
                room: "a", from: "bob", text: "", nonce: "m", replyTo: nil, violation: .textTooLong(limit: 1))
            #expect(await chat.code(wrong) == "text_too_long")
            #expect(
                try await chat.send("a", "bob", "right", nonce: "m")
                    == .sent(room: "a", seq: 5, at: ManualClock.start + 1000, isDuplicate: false))
        }
    }

    @Test("within one batch is one message")
    func oneBatch() async throws {
        try await run { chat in
            let answers = try await withThrowingTaskGroup(of: LogAnswer.self) { group in
                for _ in 0..<100 { group.addTask { try await chat.send("b", "bob", "x", nonce: "k") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let fresh = answers.filter { if case .sent(_, _, _, let isDuplicate) = $0 { !isDuplicate } else { false } }
            #expect(fresh.count == 1)
            #expect(Set(answers.map(\.seq)).count == 1)
            #expect(try chat.events("b").filter { $0.kind == .message }.count == 1)
        }
    }
}
