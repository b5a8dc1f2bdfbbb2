import NIOCore
import Testing

@testable import Chat

@Suite("Pages of a room")
struct LogReaderTests {
    /// Runs with a room of messages 3 … 12 and a member event 13.
    private func run(
        _ configure: (inout ChatService.Configuration) -> Void = { _ in }, _ body: (TestChat) async throws -> Void
    ) async throws {
        try await TestChat.run(configure) { chat in
            try await chat.makeRoom("a")
            for number in 3...12 { try await chat.send("a", "olga", "m\(number)") }
            try await chat.submit(.join(room: "a", user: "bob"))
            try await body(chat)
        }
    }

    private func history(
        _ chat: TestChat, before: Int64? = nil, after: Int64? = nil, limit: Int? = nil, user: UserID = "olga"
    ) async throws -> (seqs: [Int64], more: Bool) {
        let page = try await chat.service.reader.history(
            HistoryRequest(room: "a", before: before, after: after, limit: limit), user: user)
        return (try seqs(page), page.hasMore)
    }

    private func seqs(_ page: JSONPage) throws -> [Int64] {
        try page.events.withUnsafeBytes { try JSONReader.read($0) }.items.compactMap { $0["seq"]?.number }
    }

    @Test(
        "a history is oldest first, within its bounds, and says whether there is more in its direction",
        arguments: [
            (nil, nil, nil, 3...12, false), (nil, nil, 10, 3...12, false), (nil, nil, 9, 4...12, true),
            (nil, nil, 1, 12...12, true), (12, nil, 3, 9...11, true), (6, nil, 3, 3...5, false),
            (6, nil, 4, 3...5, false), (nil, 0, 4, 3...6, true), (nil, 3, nil, 4...12, false),
            (nil, 8, 4, 9...12, false),
            (nil, 8, 3, 9...11, true), (10, 4, nil, 5...9, false), (10, 4, 2, 8...9, true),
            (.max, 0, nil, 3...12, false),
            (nil, nil, 0, 12...12, true), (nil, nil, -5, 12...12, true), (nil, nil, .max, 3...12, false),
        ] as [(Int64?, Int64?, Int?, ClosedRange<Int64>, Bool)])
    func history(before: Int64?, after: Int64?, limit: Int?, expected: ClosedRange<Int64>, more: Bool) async throws {
        try await run { chat in
            let page = try await history(chat, before: before, after: after, limit: limit)
            #expect(page.seqs == Array(expected))
            #expect(page.more == more)
        }
    }

    @Test("a history with nothing in its bounds is empty")
    func emptyHistory() async throws {
        try await run { chat in
            for (before, after) in [(3, nil), (0, nil), (nil, 12), (nil, .max), (5, 4), (4, 9)] as [(Int64?, Int64?)] {
                let page = try await history(chat, before: before, after: after)
                #expect(page.seqs.isEmpty && !page.more)
            }
        }
    }

    @Test("a page holds no more events than its limit, whatever is asked for")
    func pageEvents() async throws {
        try await run({ $0.limits.pageEvents = 4 }) { chat in
            #expect(try await history(chat, limit: 100).seqs == [9, 10, 11, 12])
            #expect(try await history(chat, limit: nil).seqs == [9, 10, 11, 12])
            let log = try await chat.service.reader.log(room: "a", after: 0, limit: 1000, user: "olga")
            #expect(try seqs(log) == [1, 2, 3, 4] && log.hasMore)
        }
    }

    @Test("a page holds no more bytes than its limit, but always one event")
    func pageBytes() async throws {
        // A message of the room takes 95 to 97 bytes of JSON.
        try await run({ $0.limits.pageBytes = 300 }) { chat in
            let newest = try await history(chat)
            #expect(newest.seqs == [10, 11, 12] && newest.more)
            let oldest = try await history(chat, after: 0)
            #expect(oldest.seqs == [3, 4, 5] && oldest.more)
            try await chat.send("a", "olga", String(repeating: "x", count: 5000))
            #expect(try await history(chat).seqs == [14])
            #expect(try await history(chat, after: 11).seqs == [12])
            #expect(try await history(chat, after: 12).seqs == [14])
        }
    }

    @Test("paging back and forth through a room meets every message once", arguments: [1, 2, 3, 7])
    func paging(limit: Int) async throws {
        try await run { chat in
            var back: [Int64] = []
            var before: Int64?
            repeat {
                let page = try await history(chat, before: before, limit: limit)
                back = page.seqs + back
                before = page.more ? page.seqs.first : nil
            } while before != nil
            #expect(back == Array(3...12))
            var forth: [Int64] = []
            var after: Int64? = 0
            while let start = after {
                let page = try await history(chat, after: start, limit: limit)
                forth += page.seqs
                after = page.more ? page.seqs.last : nil
            }
            #expect(forth == Array(3...12))
        }
    }

    @Test("the log has every durable event behind a seq")
    func log() async throws {
        try await run { chat async throws in
            func page(_ after: Int64, _ limit: Int?) async throws -> ([Int64], Bool) {
                let page = try await chat.service.reader.log(room: "a", after: after, limit: limit, user: "bob")
                return (try seqs(page), page.hasMore)
            }
            #expect(try await page(0, nil) == (Array(1...13), false))
            #expect(try await page(0, 13) == (Array(1...13), false))
            #expect(try await page(0, 12) == (Array(1...12), true))
            #expect(try await page(11, 5) == ([12, 13], false))
            #expect(try await page(13, nil) == ([], false))
            #expect(try await page(.max, nil) == ([], false))
            #expect(try await page(-1, 1) == ([1], true))
        }
    }

    @Test("only members read, and a private room does not exist for others")
    func membership() async throws {
        try await run { chat in
            try await chat.makeRoom("secret", .private)
            try await chat.submit(.leave(room: "a", user: "bob"))
            try await chat.submit(.ban(room: "a", user: "carl", by: "olga"))
            let cases: [(RoomID, UserID, String)] = [
                ("a", "bob", "not_a_member"), ("a", "carl", "not_a_member"), ("a", "dora", "not_a_member"),
                ("secret", "bob", "room_not_found"), ("nowhere", "olga", "room_not_found"),
            ]
            for (room, user, code) in cases {
                let refusal = await #expect(throws: ChatError.self) {
                    try await chat.service.reader.history(
                        HistoryRequest(room: room, before: nil, after: nil, limit: nil), user: user)
                }
                #expect(refusal?.code == code)
                let second = await #expect(throws: ChatError.self) {
                    try await chat.service.reader.log(room: room, after: 0, limit: nil, user: user)
                }
                #expect(second?.code == code)
            }
        }
    }

    @Test("a page to catch up with ends at its bytes, but always has one event")
    func catchUpPage() async throws {
        try await run({ $0.limits.catchUpBytes = 300 }) { chat in
            func page(_ after: Int64, _ through: Int64) async throws -> [Int64?] {
                let page = try await chat.service.reader.page(
                    room: "a", after: after, through: through, on: TestChat.loops[0]
                ).get()
                return [page.first, page.last]
            }
            #expect(try await page(2, 12) == [3, 5])
            #expect(try await page(2, 4) == [3, 4])
            #expect(try await page(13, 20) == [nil, nil])
            try await chat.send("a", "olga", String(repeating: "x", count: 5000))
            #expect(try await page(13, 20) == [14, 14])
        }
    }
}
