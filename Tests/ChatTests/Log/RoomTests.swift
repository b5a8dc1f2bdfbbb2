import TestTools
import Testing

@testable import Chat

@Suite("Rooms")
struct RoomTests {
    private func create(_ room: RoomID, _ kind: RoomKind = .public, by user: UserID = "olga") -> LogRequest {
        .create(room: room, kind: kind, title: nil, topic: nil, by: user)
    }

    @Test("a room begins with what it was made as, and its owner")
    func create() async throws {
        try await TestChat.run { chat in
            let info = try await chat.submit(
                .create(room: "a", kind: .private, title: "Alpha", topic: "First", by: "olga")
            ).info
            #expect(
                info
                    == RoomInfo(
                        id: "a", kind: .private, title: "Alpha", topic: "First", head: 2,
                        member: Member(role: .owner, read: 1), memberCount: 1))
            let first = try #require(try chat.events("a").first)
            #expect(
                first.properties
                    == JSON.Object([
                        ("title", .string("Alpha")), ("topic", .string("First")), ("kind", .string("private")),
                    ]))
            #expect(try await chat.room("a", "olga") == info)
        }
    }

    @Test("a name is taken once, and those of direct rooms never")
    func names() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", .private)
            #expect(await chat.code(create("a", by: "bob")) == "room_exists")
            #expect(await chat.code(create("dm-a")) == "reserved_name")
            #expect(await chat.code(create("dm-")) == "reserved_name")
            #expect(await chat.code(create("b", .direct)) == "reserved_name")
            #expect(await chat.code(.join(room: "dm-a", user: "bob")) == "room_not_found")
        }
    }

    @Test("a direct room is the same for the same people, whoever asks and in whatever order")
    func direct() async throws {
        try await TestChat.run { chat in
            let info = try #require(try await chat.submit(.direct(people: ["bob"], by: "ann")).info)
            #expect(info.id.isReservedForDirect && RoomID(info.id.description) != nil)
            #expect(info.kind == .direct && info.people == ["ann", "bob"] && info.memberCount == 2)
            #expect(try await chat.submit(.direct(people: ["ann"], by: "bob")).info?.id == info.id)
            #expect(try await chat.submit(.direct(people: ["ann", "bob", "ann"], by: "bob")).info?.id == info.id)
            let three = try await chat.submit(.direct(people: ["carl", "ann"], by: "bob")).info
            #expect(three?.id != info.id && three?.people == ["ann", "bob", "carl"])
            #expect(try await chat.submit(.direct(people: ["bob", "ann"], by: "carl")).info?.id == three?.id)
            #expect(try await chat.send(info.id, "bob").seq == 4)
            #expect(await chat.code(.join(room: info.id, user: "carl")) == "room_not_found")
        }
    }

    @Test("a direct room has two to eight people with accounts, who stay")
    func directRules() async throws {
        try await TestChat.run { chat in
            #expect(await chat.code(.direct(people: ["ann"], by: "ann")) == "invalid_field")
            #expect(await chat.code(.direct(people: [], by: "ann")) == "invalid_field")
            let eight: [UserID] = ["b", "c", "d", "e", "f", "g", "h"]
            #expect(await chat.code(.direct(people: eight, by: "ann")) == "ok")
            #expect(await chat.code(.direct(people: eight + ["i"], by: "ann")) == "invalid_field")
            #expect(await chat.code(.direct(people: ["nobody-1"], by: "ann")) == "user_not_found")
            let room = try #require(try await chat.submit(.direct(people: ["bob"], by: "ann")).info).id
            let requests: [LogRequest] = [
                .setMember(room: room, user: "carl", role: nil, isMuted: nil, by: "ann"),
                .setMember(room: room, user: "bob", role: nil, isMuted: true, by: "ann"),
                .removeMember(room: room, user: "bob", by: "ann"), .ban(room: room, user: "bob", by: "ann"),
                .change(room: room, title: "x", topic: nil, by: "ann"), .delete(room: room, by: "ann"),
            ]
            for request in requests { #expect(await chat.code(request) == "forbidden") }
            #expect(await chat.code(.leave(room: room, user: "ann")) == "direct_room")
        }
    }

    @Test("a room takes no more members than its limit, and a direct room is no matter of that limit")
    func memberLimit() async throws {
        try await TestChat.run({ $0.limits.membersPerRoom = 3 }) { chat in
            try await chat.makeRoom("a", members: ["b", "c"])
            #expect(await chat.code(.join(room: "a", user: "d")) == "room_full")
            #expect(
                await chat.code(.setMember(room: "a", user: "d", role: nil, isMuted: nil, by: "olga")) == "room_full")
            #expect(await chat.code(.welcome(room: "a", user: "d", role: .member)) == "room_full")
            #expect(await chat.code(.join(room: "a", user: "c")) == "ok")
            try await chat.submit(.leave(room: "a", user: "c"))
            #expect(await chat.code(.join(room: "a", user: "d")) == "ok")
            let direct = try await chat.submit(.direct(people: ["b", "c", "d"], by: "olga")).info
            #expect(direct?.memberCount == 4)
        }
    }

    @Test("a user is a member of no more rooms than the limit")
    func roomLimit() async throws {
        try await TestChat.run({ $0.limits.roomsPerUser = 2 }) { chat in
            for room in ["a", "b"] as [RoomID] { try await chat.makeRoom(room) }
            try await chat.makeRoom("c", owner: "bob")
            #expect(await chat.code(create("d")) == "too_many_rooms")
            #expect(await chat.code(.join(room: "c", user: "olga")) == "too_many_rooms")
            #expect(await chat.code(.direct(people: ["bob"], by: "olga")) == "too_many_rooms")
            #expect(
                await chat.code(.setMember(room: "c", user: "olga", role: nil, isMuted: nil, by: "bob"))
                    == "too_many_rooms")
            #expect(try await chat.room("c", "bob").head == 2)
            try await chat.submit(.leave(room: "b", user: "olga"))
            #expect(await chat.code(.direct(people: ["bob"], by: "olga")) == "ok")
            #expect(await chat.code(.join(room: "b", user: "olga")) == "too_many_rooms")
            try await chat.submit(.delete(room: "a", by: "olga"))
            #expect(await chat.code(.join(room: "b", user: "olga")) == "ok")
        }
    }

    @Test("direct rooms that others make use up nobody's rooms")
    func directLimit() async throws {
        try await TestChat.run({ $0.limits.roomsPerUser = 2 }) { chat in
            for people in [["olga"], ["olga", "c"]] as [[UserID]] {
                #expect(await chat.code(.direct(people: people, by: "bob")) == "ok")
            }
            #expect(await chat.code(.direct(people: ["olga", "d"], by: "bob")) == "too_many_rooms")
            for room in ["a", "b"] as [RoomID] { try await chat.makeRoom(room) }
            #expect(await chat.code(create("c")) == "too_many_rooms")
        }
    }

    @Test("title and topic change one by one, and a change of nothing is no event")
    func change() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            func change(_ title: String?, _ topic: String?, by user: UserID = "olga") async throws -> RoomInfo? {
                try await chat.submit(.change(room: "a", title: title, topic: topic, by: user)).info
            }
            #expect(try await change("T", nil)?.title == "T")
            #expect(try await change(nil, "U")?.topic == "U")
            #expect(try await change("T", "U")?.head == 5)
            #expect(try chat.events("a").last?.properties == JSON.Object([("topic", .string("U"))]))
            #expect(await chat.code(.change(room: "a", title: "x", topic: nil, by: "bob")) == "forbidden")
            #expect(try await change("", nil)?.title == "")
        }
    }

    @Test("a deleted room is gone with its log, and its name may be taken anew")
    func delete() async throws {
        let directory = try TemporaryDirectory()
        try await TestChat.run(in: directory) { chat in
            try await chat.makeRoom("a", members: ["bob"])
            try await chat.send("a", "bob", nonce: "n")
            #expect(await chat.code(.delete(room: "a", by: "bob")) == "forbidden")
            #expect(await chat.code(.delete(room: "a", by: "olga")) == "ok")
            #expect(await chat.code(.join(room: "a", user: "bob")) == "room_not_found")
            #expect(try chat.events("a").isEmpty)
            try await chat.makeRoom("a", owner: "bob")
            #expect(try await chat.send("a", "bob", nonce: "n").seq == 3)
            #expect(try await chat.room("a", "olga").member == nil)
        }
        try await TestChat.run(in: directory) { chat async throws in
            #expect(try await chat.room("a", "bob").memberCount == 1)
            #expect(try await chat.send("a", "bob").seq == 4)
        }
    }
}
