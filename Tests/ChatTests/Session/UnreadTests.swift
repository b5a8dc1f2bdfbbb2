import Testing

@testable import Chat

@Suite("Unread messages in hello")
struct UnreadTests {
    private func rooms(_ chat: TestChat, _ user: UserID) async throws -> [JSON] {
        let socket = try await chat.open(user)
        return try #require(try await socket.frames().first)["rooms"]?.items ?? []
    }

    @Test("counts in the newest events only, and says where there are older ones")
    func bounded() async throws {
        try await TestChat.run({ $0.limits.unreadPerRoom = 10 }) { chat in
            try await chat.makeRoom("a", members: ["ann", "bob"])
            for number in 0..<8 { try await chat.send("a", "olga", "m\(number)") }
            let few = try #require(try await rooms(chat, "ann").first)
            // What came when ann had joined: bob's joining, and eight messages.
            #expect(few["unread"]?.number == 8 && few["unread_more"] == nil)
            for number in 0..<30 { try await chat.send("a", number % 2 == 0 ? "olga" : "ann", "n\(number)") }
            let many = try #require(try await rooms(chat, "ann").first)
            #expect(many["unread"]?.number == 5 && many["unread_more"]?.truth == true)
        }
    }

    @Test("counts the messages that name the user, as long as they are unread")
    func mentions() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["ann"])
            for text in ["hi @ann", "hello", "@Ann and @ann"] { try await chat.send("a", "olga", text) }
            #expect(try await rooms(chat, "ann").first?["mentions"]?.number == 2)
            #expect(try await rooms(chat, "olga").first?["mentions"]?.number == 0)
            try await chat.submit(.read(room: "a", user: "ann", seq: 4))
            #expect(try await rooms(chat, "ann").first?["mentions"]?.number == 1)
        }
    }

    @Test("many unread rooms share what is looked at, each with a hundred events at least")
    func shared() async throws {
        try await TestChat.run { chat in
            for number in 0..<201 {
                try await chat.makeRoom(RoomID(stored: "r\(number)"), members: ["ann"])
                try await chat.send(RoomID(stored: "r\(number)"), "olga")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<150 { group.addTask { try await chat.send("r7", "olga") } }
                try await group.waitForAll()
            }
            let rooms = try await rooms(chat, "ann")
            #expect(rooms.count == 201)
            for room in rooms {
                let isBusy = room["id"]?.text == "r7"
                #expect(room["unread"]?.number == (isBusy ? 100 : 1))
                #expect(room["unread_more"]?.truth == (isBusy ? true : nil))
            }
        }
    }
}
