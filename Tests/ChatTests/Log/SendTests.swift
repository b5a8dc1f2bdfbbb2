import TestTools
import Testing

@testable import Chat

@Suite("Sending")
struct SendTests {
    @Test("gives each message its room's next seq and the moment, and stores it")
    func sends() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            try await chat.makeRoom("b")
            let first = try await chat.send("a", "bob", "one")
            #expect(first == .sent(room: "a", seq: 4, at: ManualClock.start, isDuplicate: false))
            chat.clock.advance(milliseconds: 5)
            #expect(
                try await chat.send("a", "olga", "two", replyTo: 4)
                    == .sent(room: "a", seq: 5, at: ManualClock.start + 5, isDuplicate: false))
            #expect(try await chat.send("b", "olga", "three").seq == 3)
            let events = try chat.events("a")
            #expect(events.map(\.seq) == [1, 2, 3, 4, 5])
            #expect(events.map(\.kind) == [.room, .member, .member, .message, .message])
            #expect(events[3].text == "one" && events[3].author == "bob" && events[3].at == ManualClock.start)
            #expect(events[4].text == "two" && events[4].target == 4)
        }
    }

    @Test("is refused with the reason, and takes no seq")
    func refused() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("public", members: ["bob"])
            try await chat.makeRoom("private", .private)
            try await chat.submit(.setMember(room: "public", user: "bob", role: nil, isMuted: true, by: "olga"))
            let head = try await chat.room("public", "olga").head
            let cases: [(RoomID, UserID, ChatError?, String)] = [
                ("nowhere", "olga", nil, "room_not_found"), ("private", "bob", nil, "room_not_found"),
                ("public", "carl", nil, "not_a_member"), ("public", "bob", nil, "muted"),
                ("public", "olga", .textTooLong(limit: 1), "text_too_long"),
                ("public", "olga", .invalidField("text", "is empty"), "invalid_field"),
            ]
            for (room, user, violation, code) in cases {
                let answer = await chat.code(
                    .send(room: room, from: user, text: "x", nonce: nil, replyTo: nil, violation: violation))
                #expect(answer == code)
            }
            #expect(try await chat.room("public", "olga").head == head)
            #expect(try await chat.send("public", "olga").seq == head + 1)
        }
    }

    @Test("replies only to a message of the same room")
    func replies() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            try await chat.makeRoom("b")
            let message = try #require(try await chat.send("a", "olga").seq)
            #expect(try await chat.send("a", "olga", replyTo: message).seq == message + 1)
            // 1 and 2 are the room's making and its owner's coming; 5 does not exist yet.
            for target in [Int64.min, -1, 0, 1, 2, message + 2, .max] {
                let code = await chat.code(
                    .send(room: "a", from: "olga", text: "x", nonce: nil, replyTo: target, violation: nil))
                #expect(code == "invalid_field", "a reply to \(target)")
            }
            #expect(
                await chat.code(
                    .send(room: "b", from: "olga", text: "x", nonce: nil, replyTo: message, violation: nil))
                    == "invalid_field")
        }
    }

    @Test("many at once from many tasks end up contiguous, each exactly once")
    func groupCommit() async throws {
        try await TestChat.run { chat in
            let rooms: [RoomID] = ["a", "b", "c"]
            for room in rooms { try await chat.makeRoom(room) }
            let answers = try await withThrowingTaskGroup(of: (RoomID, String, Int64?).self) { group in
                for number in 0..<1500 {
                    group.addTask {
                        let room = rooms[number % 3]
                        // Every message is sent twice, with its nonce: one of the two is the duplicate.
                        let text = "m\(number / 6)-\(room)"
                        return (room, text, try await chat.send(room, "olga", text, nonce: text).seq)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for room in rooms {
                let messages = try chat.events(room).filter { $0.kind == .message }
                #expect(messages.map(\.seq) == Array(3..<253))
                #expect(Set(messages.compactMap(\.text)).count == 250)
                let places = Dictionary(uniqueKeysWithValues: messages.map { ($0.text, $0.seq) })
                for (place, text, seq) in answers where place == room { #expect(places[text] == seq) }
            }
        }
    }

    @Test("what was sent before a stop is committed, what comes after is refused")
    func stop() async throws {
        let directory = try TemporaryDirectory()
        try await TestChat.run(in: directory) { chat in
            try await chat.makeRoom("a")
            async let answers = withThrowingTaskGroup(of: Int64?.self) { group in
                for _ in 0..<200 { group.addTask { try? await chat.send("a", "olga").seq } }
                return try await group.reduce(into: [Int64]()) { if let seq = $1 { $0.append(seq) } }
            }
            _ = try await chat.send("a", "olga")
            chat.service.log.stop()
            #expect(
                await chat.code(.send(room: "a", from: "olga", text: "x", nonce: nil, replyTo: nil, violation: nil))
                    == "storage_unavailable")
            let seqs = try await answers
            let stored = Set(try chat.events("a").map(\.seq))
            #expect(stored.isSuperset(of: seqs))
            #expect(stored.count == stored.max().map(Int.init))
        }
        try await TestChat.run(in: directory) { chat in
            let head = try await chat.room("a", "olga").head
            #expect(try await chat.send("a", "olga").seq == head + 1)
        }
    }
}
