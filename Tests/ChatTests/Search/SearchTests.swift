import Database
import TestTools
import Testing

@testable import Chat

@Suite("Search")
struct SearchTests {
    private func page(
        _ chat: TestChat, _ request: SearchRequest, user: UserID
    ) async throws -> (items: [JSON], cursor: String?) {
        let page = try await chat.service.search.search(request, user: user)
        return (try page.items.withUnsafeBytes { try JSONReader.read($0) }.items, page.cursor)
    }

    /// The results of a search as `room/text`, in their order, over all pages.
    private func found(
        _ chat: TestChat, _ text: String, user: UserID = "olga", room: String? = nil, limit: Int? = nil
    ) async throws -> [String] {
        var found: [String] = []
        var cursor: String?
        repeat {
            let page = try await page(
                chat, SearchRequest(text: text, room: room, limit: limit, cursor: cursor), user: user)
            found += page.items.map { "\($0["room"]?.text ?? "")/\($0["text"]?.text ?? "")" }
            cursor = page.cursor
        } while cursor != nil
        return found
    }

    private func code(_ chat: TestChat, _ request: SearchRequest, user: UserID = "olga") async -> String {
        do {
            _ = try await page(chat, request, user: user)
            return "ok"
        } catch {
            return (error as? ChatError)?.code ?? "\(error)"
        }
    }

    /// Sends a message a second after the one before.
    private func send(_ chat: TestChat, _ room: RoomID, _ user: UserID, _ text: String) async throws -> Int64 {
        chat.clock.advance(milliseconds: 1000)
        return try #require(try await chat.send(room, user, text).seq)
    }

    @Test("messages are found by their words, newest first over all rooms, with what matched")
    func newestFirst() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            try await chat.makeRoom("b")
            _ = try await send(chat, "a", "bob", "one apple")
            _ = try await send(chat, "b", "olga", "two apples")
            let seq = try await send(chat, "b", "olga", "Three APPLE pies")
            _ = try await send(chat, "a", "olga", "four: äpple")
            try chat.index()
            #expect(try await found(chat, "apple") == ["a/four: äpple", "b/Three APPLE pies", "a/one apple"])
            #expect(try await found(chat, "apple pies") == ["b/Three APPLE pies"])
            #expect(try await found(chat, "\"apple three\"").isEmpty)
            #expect(try await found(chat, "appl").isEmpty)
            let page = try await page(chat, SearchRequest(text: "pies"), user: "olga")
            let item = try #require(page.items.first)
            #expect(item.names == ["type", "room", "seq", "at", "from", "text", "highlights"])
            #expect(item["seq"]?.number == seq && item["from"]?.text == "olga" && item["type"]?.text == "message")
            #expect(item["highlights"]?.items.map { [$0["start"]?.number, $0["end"]?.number] } == [[12, 16]])
            #expect(page.cursor == nil)
        }
    }

    @Test("two characters of Chinese find their word, one finds every message that has it")
    func chinese() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            for text in ["我们学习中文", "学会习惯", "文中", "สวัสดีครับ", "학교에서 만나요", "Straße"] {
                _ = try await send(chat, "a", "olga", text)
            }
            try chat.index()
            let expected: [(String, [String])] = [
                ("学习", ["a/我们学习中文"]), ("中文", ["a/我们学习中文"]), ("文", ["a/文中", "a/我们学习中文"]),
                ("学 习", ["a/学会习惯", "a/我们学习中文"]), ("学文", []), ("ครับ", ["a/สวัสดีครับ"]), ("학교", ["a/학교에서 만나요"]),
                ("strasse", ["a/Straße"]), ("STRASSE", ["a/Straße"]),
            ]
            for (text, results) in expected { #expect(try await found(chat, text) == results, "\(text)") }
        }
    }

    @Test("filters hold for author, room, links, mentions and time")
    func filters() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob", "a.b-c"])
            try await chat.makeRoom("b", members: ["bob"])
            _ = try await send(chat, "a", "bob", "m1 x")
            _ = try await send(chat, "a", "a.b-c", "m2 x https://x.org")
            _ = try await send(chat, "b", "olga", "m3 x @bob")
            chat.clock.advance(milliseconds: 86_400_000)
            _ = try await send(chat, "b", "bob", "m4 x from.olga in.1 has.link")
            try chat.index()
            let day = "2026-01-31"
            let expected: [(String, [String])] = [
                ("x from:bob", ["m4", "m1"]), ("from:bob from:olga", ["m4", "m3", "m1"]), ("from:a.b-c", ["m2"]),
                ("x in:a", ["m2", "m1"]), ("in:a in:b from:bob", ["m4", "m1"]), ("has:link", ["m2"]), ("has:file", []),
                ("@bob", ["m3"]), ("bob", ["m3"]), ("x before:2026-02-01", ["m3", "m2", "m1"]),
                ("x after:\(day)", ["m4"]),
                ("x before:\(day)", []), ("x after:2026-02-01", []), ("from:nobody-there x", []),
                ("x after:\(day)T12:00:02Z before:\(day)T12:00:03Z", []),
                ("x after:\(day)T12:00:01Z before:\(day)T12:00:03Z", ["m2"]),
            ]
            for (text, results) in expected {
                #expect(
                    try await found(chat, text).map { $0.split(separator: " ")[0].suffix(2) }.map(String.init)
                        == results, "\(text)")
            }
            #expect(try await found(chat, "x", room: "b").count == 2)
        }
    }

    @Test("messages that carry files are found as such, until they are deleted")
    func files() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            let file = FileID(stored: String(repeating: "f", count: 22))
            let info = FileInfo(id: file, name: "a.png", size: 3, type: "image/png", pixels: nil)
            try FileLedger(engine: chat.engine, now: { 0 }).addBlocking(
                StoredFile(info: info, digest: "d", owner: "olga"), quota: 1000)
            let answer = try await chat.submit(
                .send(room: "a", from: "olga", text: "", nonce: nil, replyTo: nil, files: [file], violation: nil))
            _ = try await send(chat, "a", "olga", "words only")
            try chat.index()
            let page = try await page(chat, SearchRequest(text: "has:file"), user: "olga")
            #expect(page.items.map { $0["files"]?.items.count } == [1])
            try await chat.submit(.deleteMessage(room: "a", target: try #require(answer.seq), by: "olga"))
            #expect(try await found(chat, "has:file").isEmpty)
        }
    }

    @Test("pages meet every message once, also where many have the same moment", arguments: [1, 2, 3, 7, 50])
    func paging(limit: Int) async throws {
        try await TestChat.run { chat in
            for room: RoomID in ["a", "b", "c"] { try await chat.makeRoom(room) }
            var all: [String] = []
            for number in 0..<30 {
                let room: RoomID = ["a", "b", "c"][number % 3]
                if number % 5 == 0 { chat.clock.advance(milliseconds: 10) }
                try await chat.send(room, "olga", "word \(number)")
                all.append("\(room)/word \(number)")
            }
            try chat.index()
            let found = try await found(chat, "word", limit: limit)
            #expect(found.sorted() == all.sorted())
            #expect(try await self.found(chat, "word", limit: 200) == found)
        }
    }

    @Test("a page shrinks to its limit of bytes and goes on behind it")
    func pageBytes() async throws {
        try await TestChat.run({ $0.limits.pageBytes = 1000 }) { chat in
            try await chat.makeRoom("a")
            for number in 0..<6 {
                _ = try await send(chat, "a", "olga", "w \(number) " + String(repeating: "x", count: 300))
            }
            try chat.index()
            let page = try await page(chat, SearchRequest(text: "w"), user: "olga")
            #expect(page.items.count == 2 && page.cursor != nil)
            #expect(try await found(chat, "w").count == 6)
        }
    }

    @Test("only what the caller may read at this moment is found")
    func permissions() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("open", members: ["bob"])
            try await chat.makeRoom("secret", .private, members: ["bob"])
            _ = try await send(chat, "open", "olga", "word open")
            _ = try await send(chat, "secret", "olga", "word secret")
            try chat.index()
            #expect(try await found(chat, "word", user: "bob") == ["secret/word secret", "open/word open"])
            #expect(try await found(chat, "word", user: "eve").isEmpty)
            #expect(await code(chat, SearchRequest(text: "in:secret word"), user: "eve") == "room_not_found")
            #expect(await code(chat, SearchRequest(text: "word", room: "secret"), user: "eve") == "room_not_found")
            #expect(await code(chat, SearchRequest(text: "in:nowhere word"), user: "eve") == "room_not_found")
            #expect(await code(chat, SearchRequest(text: "in:open word"), user: "eve") == "not_a_member")
            try await chat.submit(.removeMember(room: "secret", user: "bob", by: "olga"))
            #expect(try await found(chat, "word", user: "bob") == ["open/word open"])
            // A cursor that tells of a room is no way into it.
            let cursor = "\(Int64.max).1000.secret"
            let page = try await page(chat, SearchRequest(text: "word", cursor: cursor), user: "bob")
            #expect(page.items.map { $0["room"]?.text } == ["open"])
            try await chat.submit(.ban(room: "open", user: "bob", by: "olga"))
            #expect(try await found(chat, "word", user: "bob").isEmpty)
            try await chat.submit(.join(room: "open", user: "eve"))
            #expect(try await found(chat, "word", user: "eve") == ["open/word open"])
        }
    }

    @Test("a deleted room is found no more, its name starts anew, and its rows are cleared away")
    func deletedRoom() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            try await chat.makeRoom("b")
            for number in 0..<1200 { try await chat.send("a", "olga", "word \(number)") }
            try await chat.send("b", "olga", "word b")
            try chat.index()
            #expect(try await found(chat, "word 1199") == ["a/word 1199"])
            try await chat.submit(.delete(room: "a", by: "olga"))
            #expect(try await found(chat, "word") == ["b/word b"])
            try await chat.makeRoom("a", owner: "bob")
            #expect(try await found(chat, "word", user: "bob").isEmpty)
            try await chat.send("a", "bob", "word anew")
            try chat.index()
            #expect(try await found(chat, "word", user: "bob") == ["a/word anew"])
            #expect(try rows(chat) == 2)
        }
    }

    /// The rows that the index holds.
    private func rows(_ chat: TestChat) throws -> Int64? {
        try chat.engine.readBlocking { try $0.first("SELECT count(*) FROM search") { $0.integer(0) } }
    }

    @Test("a message that was changed or deleted is found by its new words only, once the transaction is through")
    func changed() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            let first = try await send(chat, "a", "olga", "old words")
            let second = try await send(chat, "a", "olga", "other words")
            try chat.index()
            let late = try await send(chat, "a", "olga", "old late")
            for seq in [first, late] {
                try await chat.submit(.edit(room: "a", target: seq, text: "new", by: "olga"))
            }
            try await chat.submit(.deleteMessage(room: "a", target: second, by: "olga"))
            #expect(try await found(chat, "new") == ["a/new"])
            #expect(try await found(chat, "old").isEmpty)
            #expect(try await found(chat, "words").isEmpty)
            #expect(try rows(chat) == 1)
            try chat.index()
            #expect(try await found(chat, "new").count == 2)
            #expect(try rows(chat) == 2)
        }
    }

    @Test("what is cut off the start of a log leaves the index in the same transaction")
    func removed() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            for number in 0..<5 { _ = try await send(chat, "a", "olga", "word \(number)") }
            try chat.index()
            try chat.engine.writeBlocking { connection in
                try connection.execute("DELETE FROM events WHERE room = 'a' AND seq <= 4")
                try SearchTable.removed("a", through: 4, connection)
            }
            #expect(try await found(chat, "word").count == 3)
            #expect(try rows(chat) == 3)
            try chat.engine.writeBlocking { try SearchTable.removed("a", through: .max, $0) }
            #expect(try rows(chat) == 0)
        }
    }

    @Test("indexing in many small steps, over restarts, neither loses nor doubles a message")
    func steps() async throws {
        let directory = try TemporaryDirectory()
        try await TestChat.run(in: directory) { chat in
            for room: RoomID in ["a", "b", "c"] {
                try await chat.makeRoom(room)
                for number in 0..<100 { try await chat.send(room, "olga", "word \(number)") }
            }
            var work = SearchIndexing(engine: chat.engine)
            var rooms = try work.backlog()
            #expect(rooms == ["a", "b", "c"])
            for _ in 0..<5 { _ = try work.step(&rooms, within: .zero) }
            #expect(try #require(try rows(chat)) < 300)
        }
        try await TestChat.run(in: directory) { chat in
            try await chat.send("a", "olga", "word 100")
            try chat.index()
            #expect(try rows(chat) == 301)
            #expect(try await found(chat, "word", limit: 200).count == 301)
            let work = SearchIndexing(engine: chat.engine)
            #expect(try work.backlog().isEmpty)
        }
    }

    @Test("a step that fails leaves the index as it was")
    func failingStep() async throws {
        let directory = try TemporaryDirectory()
        let engine = FailingEngine(try SQLiteEngine(path: directory.file("chat.sqlite3")))
        try await TestChat.run(in: directory, engine: engine) { chat in
            try await chat.makeRoom("a")
            try await chat.send("a", "olga", "word")
            engine.fail(writes: true)
            #expect(throws: DatabaseError.self) { try chat.index() }
            engine.fail()
            try chat.index()
            #expect(try await found(chat, "word") == ["a/word"])
            #expect(try rows(chat) == 1)
        }
    }

    @Test("hostile queries and cursors are answered or refused, never a failure", arguments: 0..<150 as Range<UInt64>)
    func hostile(seed: UInt64) async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            try await chat.send("a", "olga", "word one")
            try chat.index()
            var generator = SeededGenerator(seed: seed)
            let pieces = [
                "\"", "'", "*", "^", "-", "(", ")", ":", "{", "}", "+", "AND ", "OR ", "NOT ", "NEAR(", "a", "我",
                "\u{0}", " ", "words:",
                "from:", "in:", "has:", "before:", "after:", "2026", "@", "%00", "\u{FFFD}", ";", "--", "\\", "word",
            ]
            for _ in 0..<20 {
                let text = (0..<Int.random(in: 0...30, using: &generator)).compactMap { _ in
                    pieces.randomElement(using: &generator)
                }.joined()
                let cursor = Bool.random(using: &generator) ? nil : String(text.prefix(20))
                let code = await code(chat, SearchRequest(text: text, cursor: cursor))
                #expect(
                    ["ok", "empty_query", "invalid_field", "room_not_found"].contains(code), "\(text.debugDescription)")
            }
        }
    }

    @Test(
        "a cursor that is none of ours is refused",
        arguments: [
            "", ".", "..", "1.2", "x.1.a", "1.x.a", "1.0.a", "1.-1.a", "1.1.", "1.1.A", "1.1.a.b",
            "99999999999999999999.1.a",
        ])
    func cursors(cursor: String) async throws {
        try await TestChat.run { chat in
            #expect(await code(chat, SearchRequest(text: "x", cursor: cursor)) == "invalid_field")
        }
    }

    @Test("a search past its time is given up, and one too many is refused")
    func limits() async throws {
        try await TestChat.run({ $0.limits.searchTimeout = .zero }) { chat in
            try await chat.makeRoom("a")
            try await chat.send("a", "olga", "word")
            try chat.index()
            #expect(await code(chat, SearchRequest(text: "word")) == "search_timeout")
        }
        try await TestChat.run({ $0.limits.searchQueue = 0 }) { chat in
            #expect(await code(chat, SearchRequest(text: "word")) == "overloaded")
        }
        try await TestChat.run({ $0.limits.searchesPerUser = 0 }) { chat in
            #expect(await code(chat, SearchRequest(text: "word")) == "rate_limited")
        }
    }
}
