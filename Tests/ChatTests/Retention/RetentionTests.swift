import Database
import NIOCore
import TestTools
import Testing

@testable import Chat

@Suite("Retention")
struct RetentionTests {
    private func keeper(_ chat: TestChat, standard: Int64? = nil) -> RetentionKeeper {
        RetentionKeeper(engine: chat.engine, log: chat.service.log, standardMilliseconds: standard)
    }

    private func seqs(_ chat: TestChat, _ room: RoomID = "a") async throws -> [Int64] {
        try await chat.engine.read { connection in
            try connection.all(
                "SELECT seq FROM events WHERE room = $1 ORDER BY seq", [.text(room.description)]
            ) { $0.integer(0) }
        }
    }

    private func seq(of answer: LogAnswer) throws -> Int64 {
        guard case .sent(_, let seq, _, _) = answer else { throw ChatError.badJSON }
        return seq
    }

    private func set(_ chat: TestChat, _ retention: Retention, by user: UserID = "olga") async -> String {
        await chat.code(.change(room: "a", title: nil, topic: nil, retention: retention, by: user))
    }

    @Test("what is older than the room keeps it goes, everything else stays, and the numbers go on")
    func prune() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            for number in 3...12 { try await chat.send("a", "olga", "m\(number)") }
            #expect(await set(chat, .seconds(60)) == "ok")
            let keeper = keeper(chat)
            #expect(try await keeper.prune(now: chat.clock.now + 60_000) == 0, "exactly as old as allowed")
            chat.clock.advance(milliseconds: 59_000)
            try await chat.send("a", "olga", "young")
            #expect(try await keeper.prune(now: chat.clock.now + 2000) == 13)
            #expect(try await seqs(chat) == [14])
            #expect(try await keeper.prune(now: chat.clock.now + 2000) == 0)
            #expect(try await keeper.prune(now: chat.clock.now + 100_000) == 1)
            #expect(try await seqs(chat).isEmpty)
            #expect(try await seq(of: chat.send("a", "olga", "next")) == 15)
        }
    }

    @Test("a room without anything left goes on with its numbers after a restart")
    func restart() async throws {
        let directory = try TemporaryDirectory()
        try await TestChat.run(in: directory) { chat in
            try await chat.makeRoom("a")
            try await chat.send("a", "olga", "gone")
            #expect(await set(chat, .seconds(1)) == "ok")
            try await keeper(chat).prune(now: chat.clock.now + 10_000)
            #expect(try await seqs(chat).isEmpty)
        }
        try await TestChat.run(in: directory) { chat in
            let rooms = RoomReader(engine: chat.engine)
            #expect(try await rooms.room("a", for: "olga").head == 4)
            let record = try await rooms.record("a")
            #expect(record.head == 4 && record.cut == 4 && record.retention == .seconds(1))
            #expect(try await seq(of: chat.send("a", "olga", "on")) == 5)
        }
    }

    @Test("more than a slice goes slice by slice, and chat.retention holds where a room says nothing else")
    func slices() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            try await chat.makeRoom("b")
            for number in 0..<(2 * RetentionKeeper.slice) { try await chat.send("a", "olga", "\(number)") }
            try await chat.submit(.change(room: "b", title: nil, topic: nil, retention: .forever, by: "olga"))
            let count = try await keeper(chat, standard: 1000).prune(now: chat.clock.now + 5000)
            #expect(count == 2 * RetentionKeeper.slice + 2)
            #expect(try await seqs(chat).isEmpty)
            #expect(try await seqs(chat, "b").count == 3)
            #expect(try await keeper(chat, standard: nil).prune(now: .max) == 0)
        }
    }

    @Test("words, mentions, reactions and nonces go with their message")
    func everythingGoes() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            try await chat.submit(.join(room: "a", user: "bob"))
            let first = try await seq(of: chat.send("a", "olga", "hello @bob", nonce: "n"))
            let thumb = try #require(Emoji("👍"))
            try await chat.submit(.react(room: "a", target: first, emoji: thumb, isOn: true, by: "bob"))
            #expect(await set(chat, .seconds(1)) == "ok")
            try await keeper(chat).prune(now: chat.clock.now + 10_000)
            for table in ["events", "mentions", "reactions", "reaction_kinds"] {
                let count = try await chat.engine.read { connection in
                    try connection.first("SELECT count(*) FROM \(table) WHERE room = 'a'") { $0.integer(0) }
                }
                #expect(count == 0, "\(table)")
            }
            #expect(try await seq(of: chat.send("a", "olga", "hello again", nonce: "n")) > first)
        }
    }

    @Test("only an owner sets it, it is told to the members, and the same again says nothing")
    func permission() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            try await chat.submit(.join(room: "a", user: "bob"))
            try await chat.submit(.setMember(room: "a", user: "bob", role: .moderator, isMuted: nil, by: "olga"))
            #expect(await set(chat, .seconds(5), by: "bob") == "forbidden")
            #expect(await set(chat, .seconds(5), by: "eve") == "not_a_member")
            let before = try await seqs(chat).count
            #expect(await set(chat, .seconds(5)) == "ok")
            #expect(await set(chat, .seconds(5)) == "ok")
            #expect(try await seqs(chat).count == before + 1)
            let rooms = RoomReader(engine: chat.engine)
            #expect(try await rooms.room("a", for: "bob").retention == .seconds(5))
            #expect(await set(chat, .standard) == "ok")
            #expect(try await rooms.room("a", for: "bob").retention == .standard)
        }
    }

    @Test("a deleted room's log is cleared away behind the deletion, and its name is taken until then, over a restart")
    func deletedRoom() async throws {
        let directory = try TemporaryDirectory()
        try await TestChat.run(in: directory) { chat in
            try await chat.makeRoom("a")
            for _ in 0..<2500 {
                chat.service.log.submit(
                    .send(room: "a", from: "olga", text: "@bob", nonce: nil, replyTo: nil, violation: nil), .none)
            }
            try await chat.submit(.delete(room: "a", by: "olga"))
            #expect(try await seqs(chat) == Array(2001...2502))
            #expect(try await RoomReader(engine: chat.engine).rooms(of: "olga", after: nil, limit: 10).isEmpty)
        }
        try await TestChat.run(in: directory) { chat in
            let create = LogRequest.create(room: "a", kind: .public, title: nil, topic: nil, by: "bob")
            #expect(await chat.code(create) == "room_exists")
            #expect(await chat.code(.join(room: "a", user: "olga")) == "room_not_found")
            try await keeper(chat).prune(now: chat.clock.now)
            #expect(try await seqs(chat).isEmpty)
            #expect(await chat.code(create) == "ok")
            try await chat.submit(.delete(room: "a", by: "bob"))
            #expect(await chat.code(create) == "ok")
            #expect(try await seqs(chat) == [1, 2])
        }
    }
}
