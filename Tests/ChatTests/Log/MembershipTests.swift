import TestTools
import Testing

@testable import Chat

@Suite("Membership")
struct MembershipTests {
    /// The changes that stand in a room's log, as `user change role? by`.
    private func changes(_ chat: TestChat, _ room: RoomID) throws -> [String] {
        try chat.events(room).filter { $0.kind == .member }.map { event in
            let role = event.role.map { " \($0.rawValue)" } ?? ""
            return "\(event.subject?.description ?? "-") \(event.change ?? "-")\(role) by \(event.author)"
        }
    }

    private func set(
        _ room: RoomID, _ user: UserID, role: Role? = nil, muted: Bool? = nil, by actor: UserID = "olga"
    ) -> LogRequest {
        .setMember(room: room, user: user, role: role, isMuted: muted, by: actor)
    }

    @Test("who joins has read all that was said before, and joining again changes nothing")
    func join() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            try await chat.send("a", "olga")
            let info = try #require(try await chat.submit(.join(room: "a", user: "bob")).info)
            #expect(info.head == 4 && info.member == Member(role: .member, read: 3) && info.memberCount == 2)
            #expect(try await chat.submit(.join(room: "a", user: "bob")).info == info)
            #expect(try changes(chat, "a") == ["olga joined owner by olga", "bob joined by bob"])
        }
    }

    @Test("a private room does not exist for who is not in it")
    func invisible() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("secret", .private)
            let requests: [LogRequest] = [
                .join(room: "secret", user: "bob"), .leave(room: "secret", user: "bob"),
                .change(room: "secret", title: "x", topic: nil, by: "bob"), .delete(room: "secret", by: "bob"),
                set("secret", "bob", by: "bob"), .removeMember(room: "secret", user: "olga", by: "bob"),
                .ban(room: "secret", user: "olga", by: "bob"), .unban(room: "secret", user: "olga", by: "bob"),
                .read(room: "secret", user: "bob", seq: 0),
            ]
            for request in requests { #expect(await chat.code(request) == "room_not_found") }
            #expect(await chat.code(set("secret", "bob")) == "ok")
            #expect(await chat.code(.join(room: "secret", user: "bob")) == "ok")
            #expect(await chat.code(.leave(room: "secret", user: "bob")) == "ok")
            #expect(await chat.code(.join(room: "secret", user: "bob")) == "room_not_found")
        }
    }

    @Test("the last owner may neither leave nor step down while others are there")
    func lastOwner() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            #expect(await chat.code(.leave(room: "a", user: "olga")) == "last_owner")
            #expect(await chat.code(.removeMember(room: "a", user: "olga", by: "olga")) == "last_owner")
            #expect(await chat.code(set("a", "olga", role: .moderator)) == "last_owner")
            #expect(await chat.code(set("a", "bob", role: .owner)) == "ok")
            #expect(await chat.code(set("a", "olga", role: .member)) == "ok")
            #expect(await chat.code(.leave(room: "a", user: "bob")) == "last_owner")
            #expect(await chat.code(.leave(room: "a", user: "olga")) == "ok")
            #expect(await chat.code(.leave(room: "a", user: "bob")) == "ok")
            #expect(try await chat.room("a", "carl").memberCount == 0)
        }
    }

    @Test("an owner who is alone may leave, but not step down: nobody could ever be owner again")
    func aloneOwner() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            #expect(await chat.code(set("a", "olga", role: .member)) == "last_owner")
            #expect(await chat.code(set("a", "olga", role: .moderator)) == "last_owner")
            #expect(await chat.code(.leave(room: "a", user: "olga")) == "ok")
        }
    }

    @Test("each change is an event with who did it")
    func events() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            try await chat.submit(set("a", "bob"))
            try await chat.submit(set("a", "carl", role: .moderator))
            try await chat.submit(set("a", "bob", muted: true, by: "carl"))
            try await chat.submit(set("a", "bob", muted: true, by: "carl"))
            try await chat.submit(set("a", "bob", role: .moderator, muted: false))
            try await chat.submit(set("a", "bob", role: .member))
            try await chat.submit(.removeMember(room: "a", user: "bob", by: "carl"))
            try await chat.submit(.ban(room: "a", user: "bob", by: "carl"))
            try await chat.submit(.ban(room: "a", user: "bob", by: "carl"))
            try await chat.submit(.unban(room: "a", user: "bob", by: "olga"))
            try await chat.submit(.leave(room: "a", user: "carl"))
            #expect(
                try changes(chat, "a") == [
                    "olga joined owner by olga", "bob invited by olga", "carl invited moderator by olga",
                    "bob muted by carl", "bob role moderator by olga", "bob unmuted by olga", "bob role member by olga",
                    "bob kicked by carl", "bob banned by carl", "bob unbanned by olga", "carl left by carl",
                ])
        }
    }

    @Test("who is banned cannot come back until unbanned, not even invited")
    func ban() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            try await chat.submit(.ban(room: "a", user: "bob", by: "olga"))
            #expect(try await chat.room("a", "bob").member == nil)
            #expect(await chat.code(.join(room: "a", user: "bob")) == "banned")
            #expect(await chat.code(set("a", "bob")) == "banned")
            #expect(await chat.code(.unban(room: "a", user: "bob", by: "olga")) == "ok")
            #expect(await chat.code(.unban(room: "a", user: "bob", by: "olga")) == "user_not_found")
            #expect(await chat.code(.join(room: "a", user: "bob")) == "ok")
            #expect(await chat.code(.ban(room: "a", user: "dora", by: "olga")) == "ok")
            #expect(await chat.code(.join(room: "a", user: "dora")) == "banned")
            #expect(await chat.code(.ban(room: "a", user: "olga", by: "olga")) == "forbidden")
        }
    }

    @Test("a moderator touches neither owner nor moderator, a member nobody")
    func ranks() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob", "carl", "dora"])
            try await chat.submit(set("a", "bob", role: .moderator))
            try await chat.submit(set("a", "carl", role: .moderator))
            for target in ["olga", "carl"] as [UserID] {
                #expect(await chat.code(set("a", target, muted: true, by: "bob")) == "forbidden")
                #expect(await chat.code(.removeMember(room: "a", user: target, by: "bob")) == "forbidden")
                #expect(await chat.code(.ban(room: "a", user: target, by: "bob")) == "forbidden")
            }
            #expect(await chat.code(set("a", "dora", role: .moderator, by: "bob")) == "forbidden")
            #expect(await chat.code(set("a", "new", role: .moderator, by: "bob")) == "forbidden")
            #expect(await chat.code(.removeMember(room: "a", user: "bob", by: "dora")) == "forbidden")
            #expect(await chat.code(.ban(room: "a", user: "stranger", by: "dora")) == "forbidden")
            #expect(await chat.code(set("a", "dora", muted: false, by: "dora")) == "ok")
            #expect(await chat.code(set("a", "dora", muted: true, by: "bob")) == "ok")
            #expect(await chat.code(set("a", "dora", muted: false, by: "dora")) == "forbidden")
            #expect(await chat.code(.removeMember(room: "a", user: "dora", by: "bob")) == "ok")
            #expect(await chat.code(.removeMember(room: "a", user: "dora", by: "bob")) == "user_not_found")
        }
    }

    @Test("a refused change of role and mute at once changes neither")
    func allOrNothing() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob", "dora"])
            try await chat.submit(set("a", "bob", role: .moderator))
            #expect(await chat.code(set("a", "dora", role: .moderator, muted: true, by: "bob")) == "forbidden")
            #expect(try await chat.room("a", "dora").member == Member(role: .member, read: 3))
        }
    }

    @Test("nobody is invited who has no account")
    func unknownUser() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            #expect(await chat.code(set("a", "nobody-1")) == "user_not_found")
        }
    }

    @Test("a mute and a role outlive a restart, and so do a ban and what was read")
    func restart() async throws {
        let directory = try TemporaryDirectory()
        try await TestChat.run(in: directory) { chat in
            try await chat.makeRoom("a", members: ["bob", "carl"])
            try await chat.submit(set("a", "bob", role: .moderator, muted: true))
            try await chat.submit(.read(room: "a", user: "bob", seq: 4))
            try await chat.submit(.ban(room: "a", user: "carl", by: "olga"))
        }
        try await TestChat.run(in: directory) { chat async throws in
            #expect(
                try await chat.submit(.join(room: "a", user: "bob")).info?.member
                    == Member(role: .moderator, isMuted: true, read: 4))
            #expect(await chat.code(.join(room: "a", user: "carl")) == "banned")
        }
    }

    @Test("what was read never goes back, nor past the head")
    func read() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            #expect(await chat.code(.read(room: "a", user: "olga", seq: 2)) == "ok")
            #expect(await chat.code(.read(room: "a", user: "olga", seq: 0)) == "ok")
            #expect(try await chat.room("a", "olga").member?.read == 2)
            #expect(await chat.code(.read(room: "a", user: "olga", seq: 3)) == "invalid_seq")
            #expect(await chat.code(.read(room: "a", user: "olga", seq: -1)) == "invalid_seq")
            #expect(await chat.code(.read(room: "a", user: "olga", seq: .max)) == "invalid_seq")
            #expect(await chat.code(.read(room: "a", user: "bob", seq: 0)) == "not_a_member")
        }
    }

    @Test("a new user is welcomed once, to a room that is made when it is missing, and not after having left")
    func welcome() async throws {
        try await TestChat.run { chat in
            let welcome = LogRequest.welcome(room: "general", user: "ann", role: .owner)
            try await chat.submit(welcome)
            try await chat.submit(welcome)
            try await chat.submit(.welcome(room: "general", user: "bob", role: .member))
            #expect(try changes(chat, "general") == ["ann joined owner by ann", "bob joined by bob"])
            try await chat.submit(.leave(room: "general", user: "bob"))
            try await chat.submit(.welcome(room: "general", user: "bob", role: .member))
            #expect(try await chat.room("general", "bob").member == nil)
        }
    }
}
