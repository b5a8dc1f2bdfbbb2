import Database
import NIOCore
import TestTools
import Testing

@testable import Chat

@Suite("Passing events")
struct PassingEventTests {
    /// Gathers for a moment only, and waits for no reload.
    private static func quickly(_ configuration: inout ChatService.Configuration) {
        configuration.presence.interval = .milliseconds(1)
        configuration.presence.offlineDelay = .milliseconds(1)
        configuration.presence.countInterval = .milliseconds(1)
    }

    // MARK: Typing

    @Test("typing reaches every socket of the other members, once an interval, and is not answered")
    func typing() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["ann", "bob"])
            let typist = try await chat.open("ann")
            let other = try await chat.open("ann", loop: 1)
            let readers = [try await chat.open("bob"), try await chat.open("bob", loop: 1)]
            let stranger = try await chat.open("carl")
            for _ in 0..<20 { typist.send(#"{"type":"typing","room":"a","id":"t"}"#) }
            try await chat.send("a", "ann")
            for reader in readers {
                try await reader.wait("typing") { $0.received.first(type: "typing") != nil }
                let frames = try await reader.settledFrames().filter { $0["type"]?.text == "typing" }
                #expect(frames.map(\.encoded) == [#"{"type":"typing","room":"a","user":"ann"}"#])
            }
            for socket in [typist, other, stranger] {
                #expect(try await socket.settledFrames().first(type: "typing") == nil)
            }
            #expect(try await typist.frames().first { $0["id"]?.text == "t" } == nil)
        }
    }

    @Test("who may not speak does not type either, and a room that one may not see does not exist")
    func typingRefused() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["ann", "bob"])
            try await chat.makeRoom("secret", .private)
            try await chat.submit(.setMember(room: "a", user: "ann", role: nil, isMuted: true, by: "olga"))
            let typist = try await chat.open("ann")
            let reader = try await chat.open("bob")
            typist.send(#"{"type":"typing","room":"a"}"#)
            #expect(try await typist.ask(#""type":"typing","room":"secret""#)["code"]?.text == "room_not_found")
            #expect(try await typist.ask(#""type":"typing""#)["code"]?.text == "invalid_field")
            #expect(try await reader.settledFrames().first(type: "typing") == nil)
            try await chat.submit(.setMember(room: "a", user: "ann", role: nil, isMuted: false, by: "olga"))
            try await chat.submit(.change(room: "a", title: nil, topic: nil, isArchived: true, by: "olga"))
            let other = try await chat.open("ann", loop: 1)
            other.send(#"{"type":"typing","room":"a"}"#)
            _ = try await other.ask(#""type":"ping""#)
            #expect(try await reader.settledFrames().first(type: "typing") == nil)
        }
    }

    @Test("one room is told no more typing than its limit, of all members together")
    func typingPerRoom() async throws {
        try await TestChat.run({ $0.presence.typingPerRoom = 2 }) { chat in
            let users = (0..<20).map { UserID(stored: "u\($0)") }
            try await chat.makeRoom("a", members: users + ["bob"])
            let reader = try await chat.open("bob")
            for user in users { _ = try await chat.submit(.typing(room: "a", user: user)) }
            let typing = try await reader.settledFrames().filter { $0["type"]?.text == "typing" }
            // Two at once, and more only as time passes: far fewer than asked for.
            #expect((2...10).contains(typing.count))
        }
    }

    // MARK: Receipts

    @Test("a receipt tells every member, and the reader's own devices, one number: the last of those read meanwhile")
    func receipts() async throws {
        try await TestChat.run({ $0.presence.interval = .milliseconds(200) }) { chat in
            try await chat.makeRoom("a", members: ["ann", "bob"])
            for _ in 0..<30 { try await chat.send("a", "olga") }
            let reader = try await chat.open("ann")
            let sockets = [reader, try await chat.open("ann", loop: 1), try await chat.open("bob")]
            let stranger = try await chat.open("carl")
            for seq in 1...30 { _ = try await reader.ask(#""type":"read","room":"a","seq":\#(seq)"#) }
            for socket in sockets {
                try await socket.wait("the last receipt") {
                    $0.received.contains { $0["type"]?.text == "receipt" && $0["read"]?.number == 30 }
                }
                let receipts = try await socket.settledFrames().filter { $0["type"]?.text == "receipt" }
                #expect(receipts.last?.encoded == #"{"type":"receipt","room":"a","user":"ann","read":30}"#)
                #expect(receipts.count < 15)
                let reads = receipts.compactMap { $0["read"]?.number }
                #expect(reads == reads.sorted())
            }
            // Reading what was read already is told to nobody.
            _ = try await reader.ask(#""type":"read","room":"a","seq":3"#)
            #expect(try await stranger.settledFrames().first(type: "receipt") == nil)
        }
    }

    @Test("in a large room only the reader's own devices hear of a receipt")
    func receiptsOfLargeRoom() async throws {
        try await TestChat.run({
            Self.quickly(&$0)
            $0.presence.largeRoom = 2
        }) { chat in
            try await chat.makeRoom("a", members: ["ann", "bob"])
            let reader = try await chat.open("ann")
            let device = try await chat.open("ann", loop: 1)
            let other = try await chat.open("bob")
            _ = try await reader.ask(#""type":"read","room":"a","seq":4"#)
            for socket in [device, reader] {
                try await socket.wait("the receipt") { $0.received.first(type: "receipt") != nil }
            }
            #expect(try await other.settledFrames().first(type: "receipt") == nil)
        }
    }

    // MARK: Presence

    @Test("presence is told once to everyone who shares a room, and to nobody else")
    func presence() async throws {
        try await TestChat.run(Self.quickly) { chat in
            for room in ["a", "b", "c"] as [RoomID] { try await chat.makeRoom(room, members: ["ann", "bob"]) }
            try await chat.makeRoom("d", members: ["carl"])
            let friend = try await chat.open("bob")
            let stranger = try await chat.open("carl")
            let socket = try await chat.open("ann", loop: 1)
            try await friend.waitForPresence(of: "ann", ["online"])
            #expect(try await socket.ask(#""type":"presence","status":"away""#)["type"]?.text == "ok")
            try await friend.waitForPresence(of: "ann", ["online", "away"])
            #expect(try await socket.ask(#""type":"presence","status":"gone""#)["code"]?.text == "invalid_field")
            let second = try await chat.open("ann")
            try await friend.waitForPresence(of: "ann", ["online", "away", "online"])
            try await second.close()
            try await friend.waitForPresence(of: "ann", ["online", "away", "online", "away"])
            try await socket.close()
            try await friend.waitForPresence(of: "ann", ["online", "away", "online", "away", "offline"])
            let frame = try #require(try await friend.frames().first(type: "presence"))
            #expect(frame.names == ["type", "user", "status", "last_seen"])
            #expect(frame["last_seen"]?.text?.hasSuffix("Z") == true)
            #expect(try await stranger.settledFrames().first(type: "presence") == nil)
            #expect(try await socket.frames().allSatisfy { $0["user"]?.text != "ann" })
        }
    }

    @Test("who joins a room is told there, and who was removed hears nothing more of its members")
    func joiningAndLeaving() async throws {
        try await TestChat.run(Self.quickly) { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let bob = try await chat.open("bob")
            let ann = try await chat.open("ann")
            _ = try await ann.ask(#""type":"join","room":"a""#)
            try await bob.waitForPresence(of: "ann", ["online"])
            try await chat.submit(.removeMember(room: "a", user: "bob", by: "olga"))
            let olga = try await chat.open("olga")
            _ = try await ann.ask(#""type":"presence","status":"away""#)
            try await olga.waitForPresence(of: "ann", ["away"])
            try await bob.assertPresence(of: "ann", ["online"])
            try await bob.assertPresence(of: "olga", [])
        }
    }

    @Test("a reload within the delay is seen by nobody")
    func reload() async throws {
        try await TestChat.run({ $0.presence.interval = .milliseconds(1) }) { chat in
            try await chat.makeRoom("a", members: ["ann", "bob"])
            let friend = try await chat.open("bob")
            var socket = try await chat.open("ann")
            try await friend.waitForPresence(of: "ann", ["online"])
            for loop in [1, 0, 1] {
                try await socket.close()
                socket = try await chat.open("ann", loop: loop)
            }
            _ = try await socket.ask(#""type":"presence","status":"away""#)
            try await friend.waitForPresence(of: "ann", ["online", "away"])
        }
    }

    @Test("who is revoked is offline at once, however long the delay")
    func revoked() async throws {
        try await TestChat.run({
            $0.presence.interval = .milliseconds(1)
            $0.presence.offlineDelay = .hours(1)
        }) { chat in
            try await chat.makeRoom("a", members: ["ann", "bob"])
            let friend = try await chat.open("bob")
            for loop in [0, 1] { _ = try await chat.open("ann", loop: loop) }
            try await friend.waitForPresence(of: "ann", ["online"])
            _ = try await chat.service.hub.close(.user("ann", except: nil), code: 4502, reason: "account disabled")
            try await friend.waitForPresence(of: "ann", ["online", "offline"])
        }
    }

    @Test("a large room is told how many are online, not who")
    func counts() async throws {
        try await TestChat.run({
            Self.quickly(&$0)
            $0.presence.largeRoom = 3
        }) { chat in
            let users = (0..<12).map { UserID(stored: "u\($0)") }
            try await chat.makeRoom("a", members: users + ["bob"])
            let watcher = try await chat.open("bob")
            for (index, user) in users.enumerated() { _ = try await chat.open(user, loop: index % 2) }
            try await watcher.wait("the count") {
                $0.received.contains { $0["type"]?.text == "presence_count" && $0["online"]?.number == 13 }
            }
            let frame = try #require(try await watcher.frames().first(type: "presence_count"))
            #expect(frame.names == ["type", "room", "online"] && frame["room"]?.text == "a")
            #expect(try await watcher.settledFrames().first(type: "presence") == nil)
        }
    }

    @Test("a storm of connects is told in few frames: one a user for each reader, and none twice")
    func storm() async throws {
        try await TestChat.run({ $0.presence.interval = .milliseconds(50) }) { chat in
            let users = (0..<50).map { UserID(stored: "u\($0)") }
            try await chat.makeRoom("a", members: users + ["bob"])
            try await chat.makeRoom("b", members: users + ["bob"])
            let watcher = try await chat.open("bob")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, user) in users.enumerated() {
                    for _ in 0..<5 { group.addTask { _ = try await chat.open(user, loop: index % 2) } }
                }
                try await group.waitForAll()
            }
            try await watcher.wait("everyone") { $0.received.count { $0["type"]?.text == "presence" } >= 50 }
            let told = try await watcher.settledFrames().filter { $0["type"]?.text == "presence" }
            #expect(told.count == 50)
            #expect(Set(told.compactMap { $0["user"]?.text }).count == 50)
        }
    }

    @Test("when a user was last seen is stored at the end, and told after a restart")
    func lastSeen() async throws {
        let directory = try TemporaryDirectory()
        try await TestChat.run(in: directory) { chat in
            _ = try await chat.open("ann")
            let known = try await chat.service.board.presence(of: ["ann", "bob"]).get()
            #expect(known["ann"]?.status == .online && known["bob"] == nil)
        }
        try await TestChat.run(in: directory) { chat in
            let time = try chat.engine.readBlocking { try LastSeenTable.time(of: "ann", $0) }
            #expect(time != nil)
            #expect(try chat.engine.readBlocking { try LastSeenTable.time(of: "bob", $0) } == nil)
        }
    }

    @Test("what a failed read kept from being told is told as soon as it succeeds")
    func untold() async throws {
        let directory = try TemporaryDirectory()
        let engine = FailingEngine(try SQLiteEngine(path: directory.file("chat.sqlite3")))
        try await TestChat.run(in: directory, engine: engine, Self.quickly) { chat in
            try await chat.makeRoom("a", members: ["ann", "bob"])
            let reader = try await chat.open("bob")
            let ann = try await chat.open("ann")
            try await reader.wait("ann") { $0.received.contains { $0["status"]?.text == "online" } }
            engine.fail(reads: true)
            _ = try await ann.ask(#""type":"presence","status":"away""#)
            try await reader.wait("a read that fails") { _ in engine.refusedReads > 0 }
            #expect(try await !reader.frames().contains { $0["status"]?.text == "away" })
            engine.fail()
            try await reader.wait("ann's absence") { $0.received.contains { $0["status"]?.text == "away" } }
        }
    }
}

extension TestSocket {
    /// Waits until exactly these statuses of a user have been told, in this order.
    fileprivate func waitForPresence(of user: UserID, _ statuses: [String]) async throws {
        try await wait("\(user): \(statuses)") { Self.statuses(of: user, $0.received).count >= statuses.count }
        try await assertPresence(of: user, statuses)
    }

    /// Expects that exactly these statuses of a user have been told by now.
    fileprivate func assertPresence(of user: UserID, _ statuses: [String]) async throws {
        #expect(Self.statuses(of: user, try await settledFrames()) == statuses)
    }

    private static func statuses(of user: UserID, _ frames: [JSON]) -> [String] {
        frames.filter { $0["type"]?.text == "presence" && $0["user"]?.text == user.description }
            .compactMap { $0["status"]?.text }
    }
}
