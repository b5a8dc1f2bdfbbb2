import Database
import Testing

@testable import Chat

@Suite("Editing and deleting")
struct EditingTests {
    /// Runs with a room in which bob said "old" at seq 5, with carl a member and olga its owner.
    private func run(
        _ kind: RoomKind = .public, _ configure: (inout ChatService.Configuration) -> Void = { _ in },
        _ body: (TestChat) async throws -> Void
    ) async throws {
        try await TestChat.run(configure) { chat throws in
            try await chat.makeRoom("a", kind, members: ["bob", "carl"])
            #expect(try await chat.send("a", "bob", "old").seq == 5)
            try await body(chat)
        }
    }

    private func edit(_ text: String, _ target: Int64 = 5, by user: UserID = "bob") -> LogRequest {
        .edit(room: "a", target: target, text: text, by: user)
    }

    private func delete(_ target: Int64 = 5, by user: UserID = "bob") -> LogRequest {
        .deleteMessage(room: "a", target: target, by: user)
    }

    /// Every place of the database file's tables where the words stand.
    private func traces(of words: String, _ chat: TestChat) throws -> Int {
        try chat.engine.readBlocking { connection in
            let tables = try connection.all("SELECT name FROM sqlite_master WHERE type = 'table'") { $0.text(0) }
            return try tables.reduce(0) { count, table in
                let columns = try connection.all("SELECT name FROM pragma_table_info('\(table)')") { $0.text(0) }
                return try columns.reduce(count) { count, column in
                    let found = try connection.first(
                        "SELECT count(*) FROM \"\(table)\" WHERE instr(CAST(\"\(column)\" AS TEXT), $1) > 0",
                        [.text(words)]
                    ) { Int($0.integer(0)) }
                    return count + (found ?? 0)
                }
            }
        }
    }

    @Test("an edit is an event of its own, and the message reads as edited from then on, in the log too")
    func edits() async throws {
        try await run { chat throws in
            chat.clock.advance(milliseconds: 7)
            #expect(try await chat.submit(edit("new")) == .appended(room: "a", seq: 6, isDuplicate: false))
            let events = try chat.events("a").suffix(2)
            #expect(events.map(\.kind) == [.message, .edited] && events.map(\.text) == ["new", "new"])
            #expect(events.first?.editedAt == ManualClock.start + 7 && events.first?.at == ManualClock.start)
            #expect(events.last?.author == "bob" && events.last?.target == 5)
            let history = try await chat.history("a", "carl")
            #expect(
                history.map { $0["text"]?.text } == ["new"] && history[0]["edited_at"]?.text?.hasSuffix(".007Z") == true
            )
            #expect(try traces(of: "old", chat) == 0)
        }
    }

    @Test("after several edits the words of all but the last are nowhere")
    func editsAgain() async throws {
        try await run { chat throws in
            for words in ["first", "second", "third"] { try await chat.submit(edit(words)) }
            #expect(try chat.events("a").suffix(4).map(\.text) == ["third", "third", "third", "third"])
            for words in ["old", "first", "second"] { #expect(try traces(of: words, chat) == 0, "\(words)") }
            #expect(try traces(of: "third", chat) == 1)
        }
    }

    @Test("a deletion leaves a tombstone in its place, and the words are nowhere, those of edits included")
    func deletes() async throws {
        try await run { chat throws in
            try await chat.submit(edit("edited words"))
            #expect(try await chat.submit(delete()) == .appended(room: "a", seq: 7, isDuplicate: false))
            let events = try chat.events("a").suffix(3)
            #expect(events.map(\.kind) == [.message, .edited, .deleted] && events.map(\.text) == ["", "", nil])
            #expect(events.first?.isDeleted == true && events.first?.editedAt == nil)
            let history = try await chat.history("a", "carl")
            #expect(history.map { $0["deleted"]?.truth } == [true] && history[0]["text"]?.text == "")
            for words in ["old", "edited words"] { #expect(try traces(of: words, chat) == 0) }
            #expect(try await chat.send("a", "bob", "next").seq == 8)
        }
    }

    @Test("the nonce of a deleted message is still known, so that it does not come back")
    func nonceOfTombstone() async throws {
        try await run { chat throws in
            let seq = try #require(try await chat.send("a", "bob", "once", nonce: "n").seq)
            try await chat.submit(delete(seq))
            let again = try await chat.send("a", "bob", "once", nonce: "n")
            #expect(again == .sent(room: "a", seq: seq, at: ManualClock.start, isDuplicate: true))
        }
    }

    @Test("what is so already makes no event, and says which event made it so")
    func repeats() async throws {
        try await run { chat throws in
            #expect(try await chat.submit(edit("old")) == .appended(room: "a", seq: 5, isDuplicate: true))
            try await chat.submit(edit("new"))
            #expect(try await chat.submit(edit("new")) == .appended(room: "a", seq: 6, isDuplicate: true))
            try await chat.submit(delete())
            #expect(try await chat.submit(delete()) == .appended(room: "a", seq: 7, isDuplicate: true))
            #expect(try await chat.submit(delete(by: "olga")) == .appended(room: "a", seq: 7, isDuplicate: true))
            #expect(try chat.events("a").count == 7)
        }
    }

    @Test("only the author edits; the author and a moderator delete")
    func permissions() async throws {
        try await run { chat throws in
            try await chat.submit(.setMember(room: "a", user: "dora", role: .moderator, isMuted: nil, by: "olga"))
            let head = try await chat.room("a", "olga").head
            for user in ["olga", "dora", "carl"] as [UserID] {
                #expect(await chat.code(edit("x", by: user)) == "not_the_author")
            }
            #expect(await chat.code(delete(by: "carl")) == "not_the_author")
            #expect(await chat.code(edit("x", by: "stranger")) == "not_a_member")
            #expect(await chat.code(delete(by: "stranger")) == "not_a_member")
            #expect(try await chat.room("a", "olga").head == head)
            #expect(await chat.code(delete(by: "dora")) == "ok")
            let second = try #require(try await chat.send("a", "carl").seq)
            #expect(await chat.code(delete(second, by: "olga")) == "ok")
        }
    }

    @Test("who is muted neither edits nor reacts, and may still delete what was said")
    func muted() async throws {
        try await run { chat throws in
            try await chat.submit(.setMember(room: "a", user: "bob", role: nil, isMuted: true, by: "olga"))
            #expect(await chat.code(edit("x")) == "muted")
            #expect(
                await chat.code(.react(room: "a", target: 5, emoji: Emoji(stored: "👍"), isOn: true, by: "bob"))
                    == "muted")
            #expect(await chat.code(delete()) == "ok")
        }
    }

    @Test("in a direct room nobody deletes what another said")
    func direct() async throws {
        try await TestChat.run { chat throws in
            let room = try #require(try await chat.submit(.direct(people: ["bob"], by: "olga")).info?.id)
            let seq = try #require(try await chat.send(room, "bob", "mine").seq)
            #expect(await chat.code(.deleteMessage(room: room, target: seq, by: "olga")) == "not_the_author")
            #expect(await chat.code(.edit(room: room, target: seq, text: "x", by: "olga")) == "not_the_author")
            #expect(await chat.code(.edit(room: room, target: seq, text: "x", by: "bob")) == "ok")
            #expect(await chat.code(.deleteMessage(room: room, target: seq, by: "bob")) == "ok")
        }
    }

    @Test(
        "a target that is no message of the room is told apart from a tombstone",
        arguments: [Int64.min, -1, 0, 1, 2, 6, .max])
    func targets(target: Int64) async throws {
        try await run { chat throws in
            let reaction = LogRequest.react(room: "a", target: target, emoji: Emoji(stored: "👍"), isOn: true, by: "bob")
            for request in [edit("x", target), delete(target), delete(target, by: "olga"), reaction] {
                #expect(await chat.code(request) == "not_a_message")
            }
            try await chat.submit(delete())
            #expect(await chat.code(edit("x")) == "message_deleted")
            #expect(
                await chat.code(.react(room: "a", target: 5, emoji: Emoji(stored: "👍"), isOn: true, by: "bob"))
                    == "message_deleted")
        }
    }

    @Test("an event that is no message cannot be the target, an edit of a message included")
    func targetIsEvent() async throws {
        try await run { chat throws in
            try await chat.submit(edit("new"))
            for seq in 1...4 as ClosedRange<Int64> { #expect(await chat.code(edit("x", seq)) == "not_a_message") }
            #expect(await chat.code(edit("x", 6)) == "not_a_message")
            #expect(await chat.code(delete(6)) == "not_a_message")
        }
    }

    @Test("a message can be edited to the last moment of the window, and deleted at any time")
    func window() async throws {
        try await run(.public, { $0.limits.editWindowMilliseconds = 60_000 }) { chat throws in
            chat.clock.advance(milliseconds: 60_000)
            #expect(await chat.code(edit("in time")) == "ok")
            chat.clock.advance(milliseconds: 1)
            #expect(await chat.code(edit("too late")) == "edit_window_closed")
            #expect(await chat.code(delete()) == "ok")
        }
        try await run(.public, { $0.limits.editWindowMilliseconds = 0 }) { chat throws in
            chat.clock.advance(milliseconds: 1_000_000_000_000)
            #expect(await chat.code(edit("whenever")) == "ok")
        }
    }

    @Test("a private room does not exist for who is not in it")
    func invisible() async throws {
        try await run(.private) { chat throws in
            let requests = [
                edit("x", by: "stranger"), delete(by: "stranger"),
                .react(room: "a", target: 5, emoji: Emoji(stored: "👍"), isOn: true, by: "stranger"),
            ]
            for request in requests { #expect(await chat.code(request) == "room_not_found") }
        }
    }

    @Test("every socket of the room's members gets the events, in the order of the log")
    func delivered() async throws {
        try await run { chat throws in
            let sockets = [try await chat.open("bob"), try await chat.open("carl", loop: 1)]
            let stranger = try await chat.open("dora")
            let answer = try await sockets[0].ask(#""type":"edit","room":"a","target":5,"text":"new""#)
            #expect(answer["type"]?.text == "ok" && answer["seq"]?.number == 6 && answer["room"]?.text == "a")
            _ = try await sockets[0].ask(#""type":"react","room":"a","target":5,"emoji":"👍","on":true"#)
            _ = try await sockets[0].ask(#""type":"delete","room":"a","target":5"#)
            for socket in sockets {
                try await socket.wait("three events") { $0.received.seqs(of: "a").count == 3 }
                let events = try await socket.frames().events(of: "a")
                #expect(events.map { $0["type"]?.text } == ["edited", "reacted", "deleted"])
                #expect(events.map { $0["seq"]?.number } == [6, 7, 8])
                #expect(events.allSatisfy { $0["target"]?.number == 5 && $0["by"]?.text == "bob" })
                #expect(events[0]["text"]?.text == "new")
            }
            #expect(try await stranger.settledFrames().events(of: "a").isEmpty)
        }
    }

    @Test("a socket that resumes gets the message as it reads now, and then the events")
    func resumed() async throws {
        try await run { chat throws in
            try await chat.submit(edit("new"))
            let socket = try await chat.open("carl")
            _ = try await socket.ask(#""type":"resume","rooms":{"a":4}"#)
            let events = try await socket.frames().events(of: "a")
            #expect(events.map { $0["text"]?.text } == ["new", "new"])
            #expect(events[0]["edited_at"] != nil && events[1]["type"]?.text == "edited")
        }
    }
}
