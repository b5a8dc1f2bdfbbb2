import Testing

@testable import Chat

@Suite("The reader of rooms")
struct RoomReaderTests {
    @Test("lists a user's rooms and all public ones, page by page, in the order of their names")
    func rooms() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("p2", members: ["bob"])
            try await chat.makeRoom("p1")
            try await chat.makeRoom("s1", .private)
            try await chat.makeRoom("s2", .private, members: ["bob"])
            let direct = try #require(try await chat.submit(.direct(people: ["bob"], by: "olga")).info).id
            let reader = RoomReader(engine: chat.engine)
            let all = try await reader.rooms(of: "bob", after: nil, limit: 10)
            #expect(all.map(\.id) == [direct, "p1", "p2", "s2"])
            #expect(all.map(\.member?.role) == [.member, nil, .member, .member])
            #expect(all.map(\.memberCount) == [2, 1, 2, 2])
            #expect(all.map(\.people) == [["bob", "olga"], [], [], []])
            #expect(all.map(\.head) == [3, 2, 3, 3])
            #expect(try await reader.rooms(of: "bob", after: nil, limit: 2).map(\.id) == [direct, "p1"])
            #expect(try await reader.rooms(of: "bob", after: "p1", limit: 2).map(\.id) == ["p2", "s2"])
            #expect(try await reader.rooms(of: "stranger", after: nil, limit: 10).map(\.id) == ["p1", "p2"])
        }
    }

    @Test("shows a room as its user may see it")
    func room() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("p")
            try await chat.makeRoom("s", .private, members: ["bob"])
            #expect(try await chat.room("p", "bob").member == nil)
            #expect(try await chat.room("s", "bob").member == Member(role: .member, read: 2))
            try await chat.submit(.ban(room: "s", user: "bob", by: "olga"))
            for (room, user) in [("s", "bob"), ("s", "carl"), ("nowhere", "olga")] as [(RoomID, UserID)] {
                await #expect(throws: ChatError.roomNotFound) { try await chat.room(room, user) }
            }
        }
    }

    @Test("lists a room's members to who may see them, without those who are gone or banned")
    func members() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("p", members: ["dora", "bob", "carl", "eve"])
            try await chat.submit(.leave(room: "p", user: "carl"))
            try await chat.submit(.ban(room: "p", user: "eve", by: "olga"))
            try await chat.makeRoom("s", .private)
            let reader = RoomReader(engine: chat.engine)
            let all = try await reader.members(of: "p", for: "stranger", after: nil, limit: 10)
            #expect(all.map(\.user) == ["bob", "dora", "olga"])
            #expect(all.map(\.member.role) == [.member, .member, .owner])
            #expect(all.allSatisfy { $0.joinedAt == ManualClock.start })
            #expect(try await reader.members(of: "p", for: "bob", after: "bob", limit: 1).map(\.user) == ["dora"])
            #expect(try await reader.everyoneEver(in: "p") == ["bob", "carl", "dora", "eve", "olga"])
            await #expect(throws: ChatError.roomNotFound) {
                try await reader.members(of: "s", for: "bob", after: nil, limit: 10)
            }
        }
    }

    @Test("writes the room object of the protocol")
    func json() {
        var info = RoomInfo(id: "a", kind: .direct, title: nil, topic: "T", head: 7, member: nil, memberCount: 2)
        func text() -> String {
            var writer = JSONWriter()
            info.write(to: &writer)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        #expect(text() == #"{"id":"a","kind":"direct","title":null,"topic":"T","head":7,"members":2}"#)
        info.member = Member(role: .moderator, isMuted: true, read: 3)
        info.unread = 4
        info.people = ["ann", "bob"]
        #expect(
            text() == #"{"id":"a","kind":"direct","title":null,"topic":"T","head":7,"members":2,"#
                + #""role":"moderator","muted":true,"read":3,"unread":4,"people":["ann","bob"]}"#)
    }
}
