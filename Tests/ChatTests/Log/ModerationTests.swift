import TestTools
import Testing

@testable import Chat

@Suite("Bans, slow mode, archiving and kinds of rooms")
struct ModerationTests {
    /// Runs with a room of olga, the owner, mona, a moderator, and bob and carl.
    private func run(
        _ kind: RoomKind = .public, in directory: TemporaryDirectory? = nil, _ body: (TestChat) async throws -> Void
    ) async throws {
        try await TestChat.run(in: directory) { chat in
            try await chat.makeRoom("a", kind, members: ["mona", "bob", "carl"])
            try await chat.submit(.setMember(room: "a", user: "mona", role: .moderator, isMuted: nil, by: "olga"))
            try await body(chat)
        }
    }

    private func change(
        kind: RoomKind? = nil, slowMode: Int64? = nil, archived: Bool? = nil, by user: UserID = "olga"
    ) -> LogRequest {
        .change(
            room: "a", title: nil, topic: nil, kind: kind, slowMode: slowMode, isArchived: archived, by: user)
    }

    private func send(_ user: UserID, nonce: String? = nil) -> LogRequest {
        .send(room: "a", from: user, text: "hi", nonce: nonce, replyTo: nil, violation: nil)
    }

    @Test("who leaves a room muted, or is taken out of it, comes back muted")
    func muteStays() async throws {
        try await run { chat in
            try await chat.submit(.setMember(room: "a", user: "bob", role: nil, isMuted: true, by: "mona"))
            try await chat.submit(.leave(room: "a", user: "bob"))
            try await chat.submit(.join(room: "a", user: "bob"))
            #expect(await chat.code(send("bob")) == "muted")
            try await chat.submit(.removeMember(room: "a", user: "bob", by: "mona"))
            try await chat.submit(.setMember(room: "a", user: "bob", role: nil, isMuted: nil, by: "mona"))
            #expect(await chat.code(send("bob")) == "muted")
            try await chat.submit(.removeMember(room: "a", user: "bob", by: "mona"))
            try await chat.submit(.setMember(room: "a", user: "bob", role: nil, isMuted: false, by: "mona"))
            #expect(await chat.code(send("bob")) == "ok")
        }
    }

    // MARK: Bans

    @Test("a ban ends by the clock, for joining and for being invited, and without anyone's doing")
    func banRunsOut() async throws {
        try await run { chat in
            let until = ManualClock.start + 60_000
            try await chat.submit(.ban(room: "a", user: "bob", until: until, by: "mona"))
            #expect(
                try chat.events("a").last?.properties == JSON.Object([("until", .string("2026-01-31T12:01:00.000Z"))]))
            chat.clock.advance(milliseconds: 59_999)
            #expect(await chat.code(.join(room: "a", user: "bob")) == "banned")
            let invite = LogRequest.setMember(room: "a", user: "bob", role: nil, isMuted: nil, by: "olga")
            #expect(await chat.code(invite) == "banned")
            chat.clock.advance(milliseconds: 1)
            #expect(await chat.code(.unban(room: "a", user: "bob", by: "mona")) == "user_not_found")
            #expect(await chat.code(invite) == "ok")
            try await chat.submit(.ban(room: "a", user: "bob", until: chat.clock.now + 1, by: "mona"))
            chat.clock.advance(milliseconds: 1)
            #expect(await chat.code(.join(room: "a", user: "bob")) == "ok")
        }
    }

    @Test("a ban is the same after a restart, and runs out then, too")
    func banSurvives() async throws {
        let directory = try TemporaryDirectory()
        try await run(in: directory) { chat in
            try await chat.submit(.ban(room: "a", user: "bob", until: ManualClock.start + 60_000, by: "mona"))
            try await chat.submit(.ban(room: "a", user: "carl", by: "mona"))
        }
        try await TestChat.run(in: directory) { chat throws in
            #expect(await chat.code(.join(room: "a", user: "bob")) == "banned")
            chat.clock.advance(milliseconds: 60_000)
            #expect(await chat.code(.join(room: "a", user: "bob")) == "ok")
            #expect(await chat.code(.join(room: "a", user: "carl")) == "banned")
        }
    }

    @Test("a ban of who is banned changes the time, with an event, and the same again is none")
    func banAgain() async throws {
        try await run { chat in
            let until = ManualClock.start + 60_000
            for moment in [until, until, nil, nil, until] {
                try await chat.submit(.ban(room: "a", user: "bob", until: moment, by: "mona"))
            }
            let bans = try chat.events("a").filter { $0.change == "banned" }
            #expect(bans.map { $0.properties != nil } == [true, false, true])
            #expect(
                await chat.code(.ban(room: "a", user: "bob", until: ManualClock.start, by: "mona")) == "invalid_field")
        }
    }

    @Test("the bans that hold are listed to who may ban, and to nobody else")
    func banList() async throws {
        try await run { chat in
            let until = ManualClock.start + 60_000
            try await chat.submit(.ban(room: "a", user: "bob", until: until, by: "mona"))
            try await chat.submit(.ban(room: "a", user: "dora", by: "mona"))
            let reader = RoomReader(engine: chat.engine)
            func list(_ user: UserID, after cursor: String? = nil, at now: Int64) async throws -> [RoomReader.Ban] {
                try await reader.bans(of: "a", for: user, at: now, after: cursor, limit: 10)
            }
            let forever = RoomReader.Ban(user: "dora", bannedAt: ManualClock.start, until: nil)
            #expect(
                try await list("mona", at: until - 1)
                    == [RoomReader.Ban(user: "bob", bannedAt: ManualClock.start, until: until), forever])
            #expect(try await list("olga", at: until) == [forever])
            #expect(try await list("olga", after: "dora", at: 0) == [])
            await #expect(throws: ChatError.forbidden) { try await list("carl", at: 0) }
            await #expect(throws: ChatError.notAMember) { try await list("stranger", at: 0) }
            try await chat.makeRoom("s", .private)
            await #expect(throws: ChatError.roomNotFound) {
                try await reader.bans(of: "s", for: "mona", at: 0, after: nil, limit: 10)
            }
        }
    }

    // MARK: Slow mode

    @Test("in slow mode a member waits between messages and is told how long; moderators and owners do not")
    func slowMode() async throws {
        try await run { chat in
            #expect(try await chat.submit(change(slowMode: 30, by: "mona")).info?.slowMode == 30)
            #expect(await chat.code(send("bob", nonce: "n")) == "ok")
            chat.clock.advance(milliseconds: 29_999)
            do {
                try await chat.submit(send("bob"))
                Issue.record("the message was taken")
            } catch let error as ChatError {
                #expect(error.code == "slow_mode" && error.retryAfterMilliseconds == 1)
            }
            // What was sent before is answered as before, and others have a pace of their own.
            #expect(await chat.code(send("bob", nonce: "n")) == "ok")
            #expect(await chat.code(send("carl")) == "ok")
            for user in ["mona", "mona", "olga", "olga"] as [UserID] { #expect(await chat.code(send(user)) == "ok") }
            chat.clock.advance(milliseconds: 1)
            #expect(await chat.code(send("bob")) == "ok")
            try await chat.submit(change(slowMode: 0))
            #expect(await chat.code(send("bob")) == "ok")
            #expect(await chat.code(change(slowMode: 1, by: "bob")) == "forbidden")
        }
    }

    @Test("a message that was refused does not count")
    func slowModeRefused() async throws {
        try await run { chat in
            try await chat.submit(change(slowMode: 30))
            let wrong = LogRequest.send(
                room: "a", from: "bob", text: "x", nonce: nil, replyTo: 1, violation: nil)
            #expect(await chat.code(wrong) == "invalid_field")
            #expect(await chat.code(send("bob")) == "ok")
        }
    }

    // MARK: Archiving

    @Test("an archived room is read and left, but nothing is said or changed in it until its owner brings it back")
    func archive() async throws {
        try await run { chat in
            let message = try #require(try await chat.submit(send("bob")).seq)
            let reaction = LogRequest.react(
                room: "a", target: message, emoji: Emoji(stored: "👍"), isOn: true, by: "carl")
            let edit = LogRequest.edit(room: "a", target: message, text: "x", by: "bob")
            #expect(await chat.code(change(archived: true, by: "mona")) == "forbidden")
            #expect(try await chat.submit(change(archived: true)).info?.isArchived == true)
            let head = try await chat.room("a", "olga").head
            try await chat.submit(change(archived: true))
            let refused: [LogRequest] = [
                send("bob"), send("olga"), edit, reaction, change(slowMode: 5), change(kind: .private),
                .change(room: "a", title: "T", topic: nil, by: "mona"),
                .setMember(room: "a", user: "dora", role: nil, isMuted: nil, by: "olga"),
            ]
            for request in refused { #expect(await chat.code(request) == "room_archived", "\(request)") }
            #expect(try await chat.room("a", "olga").head == head)
            let allowed: [LogRequest] = [
                .join(room: "a", user: "eve"), .leave(room: "a", user: "eve"), .read(room: "a", user: "carl", seq: 1),
                .deleteMessage(room: "a", target: message, by: "mona"),
                .removeMember(room: "a", user: "bob", by: "mona"),
                .change(room: "a", title: "T", topic: nil, isArchived: false, by: "olga"), send("carl"),
            ]
            for request in allowed { #expect(await chat.code(request) == "ok", "\(request)") }
        }
    }

    @Test("archive, slow mode and kind are the same after a restart, and their changes stand in the log")
    func survives() async throws {
        let directory = try TemporaryDirectory()
        try await run(in: directory) { chat in
            try await chat.submit(change(kind: .private, slowMode: 7, archived: true))
            let event = try #require(try chat.events("a").last)
            #expect(
                event.properties
                    == JSON.Object([
                        ("kind", .string("private")), ("slow_mode", .integer(7)), ("archived", .bool(true)),
                    ]))
        }
        try await TestChat.run(in: directory) { chat in
            let info = try await chat.room("a", "bob")
            #expect(info.kind == .private && info.slowMode == 7 && info.isArchived)
            #expect(await chat.code(send("bob")) == "room_archived")
            let fromLog = try await chat.submit(change(archived: false)).info
            #expect(fromLog?.kind == .private && fromLog?.slowMode == 7 && fromLog?.isArchived == false)
        }
    }

    // MARK: Kinds

    @Test("a room that becomes private is gone for others, and one that becomes public is there for all")
    func kind() async throws {
        try await run { chat in
            #expect(await chat.code(change(kind: .private, by: "mona")) == "forbidden")
            try await chat.submit(change(kind: .private))
            #expect(await chat.code(.join(room: "a", user: "dora")) == "room_not_found")
            #expect(await chat.code(send("dora")) == "room_not_found")
            let reader = RoomReader(engine: chat.engine)
            #expect(try await reader.rooms(of: "dora", after: nil, limit: 10).isEmpty)
            #expect(await chat.code(send("bob")) == "ok")
            try await chat.submit(change(kind: .public))
            #expect(await chat.code(.join(room: "a", user: "dora")) == "ok")
        }
    }

    @Test("who is banned from a private room is not told that it exists")
    func bannedFromPrivate() async throws {
        try await run(.private) { chat in
            try await chat.submit(.ban(room: "a", user: "bob", by: "mona"))
            #expect(await chat.code(.join(room: "a", user: "bob")) == "room_not_found")
            #expect(await chat.code(send("bob")) == "room_not_found")
        }
    }

    // MARK: The end of a room

    @Test("the members of a deleted room are told so, and nothing after it")
    func deleted() async throws {
        try await run { chat in
            let sockets = [try await chat.open("bob"), try await chat.open("olga", loop: 1)]
            let stranger = try await chat.open("dora")
            let head = try await chat.room("a", "olga").head
            try await chat.submit(.delete(room: "a", by: "olga"))
            for socket in sockets {
                let events = try await socket.settledFrames().events(of: "a")
                #expect(events.count == 1 && events[0]["type"]?.text == "room")
                #expect(events[0]["deleted"]?.truth == true && events[0]["by"]?.text == "olga")
                #expect(events[0]["seq"]?.number == head + 1)
                #expect(try await socket.ask(#""type":"history","room":"a""#)["code"]?.text == "room_not_found")
            }
            #expect(try await stranger.settledFrames().events(of: "a").isEmpty)
        }
    }

    @Test("a member that reads slowly is told of the end, too, in place of what it did not take")
    func deletedWhileBehind() async throws {
        try await run { chat in
            let slow = try await chat.open("bob")
            try await slow.block()
            for _ in 0..<100 {
                try await chat.send("a", "olga", String(repeating: "x", count: 8000))
            }
            try await chat.submit(.delete(room: "a", by: "olga"))
            await chat.settle()
            try await slow.drain { $0.last { $0["type"]?.text == "room" } != nil }
            let events = try await slow.settledFrames().events(of: "a")
            #expect(events.last?["deleted"]?.truth == true)
            #expect(events.filter { $0["type"]?.text == "message" }.count <= 9)
        }
    }
}
