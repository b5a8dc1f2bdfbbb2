import Database
import TestTools
import Testing

@testable import Chat

@Suite("Ways to search")
struct SearchTacticsTests {
    /// A message as the test remembers it.
    private struct Sent {
        let room: Int
        let author: UserID
        let text: String
        let hasFile: Bool

        func has(_ words: String) -> Bool { " \(text) ".contains(" \(words) ") }
    }

    private static let queries: [(query: String, holds: @Sendable (Sent) -> Bool)] = [
        ("often", { $0.has("often") }), ("seldom", { $0.has("seldom") }), ("never", { _ in false }),
        ("often half", { $0.has("often") && $0.has("half") }), ("\"often half\"", { $0.has("often half") }),
        ("\"half often\"", { $0.has("half often") }), ("often from:bob", { $0.has("often") && $0.author == "bob" }),
        ("from:olga", { $0.author == "olga" }), ("from:olga half", { $0.author == "olga" && $0.has("half") }),
        ("has:link", { $0.has("https://example.com") }), ("has:file", { $0.hasFile }),
        ("\u{6F22}\u{5B57}", { $0.text.contains("\u{6F22}\u{5B57}") }), ("\u{5B57}", { $0.text.contains("\u{5B57}") }),
        ("@bob", { $0.has("@bob") && $0.author != "bob" }), ("in:r3 often", { $0.room == 3 && $0.has("often") }),
        ("in:r3", { $0.room == 3 }),
        ("after:1970-01-01", { _ in true }),
    ]

    private static let tactics: [(name: String, tactics: SearchTactics)] = [
        ("the standard", SearchTactics()),
        ("room by room", SearchTactics(fewRooms: 1000, rareMatches: 0, windowEvents: 0)),
        ("the whole index", SearchTactics(fewRooms: 0, rareMatches: 10_000, windowEvents: 0)),
        ("a look at the newest", SearchTactics(fewRooms: 1000, rareMatches: 0, windowEvents: 5)),
        ("no index but for the first room", SearchTactics(fewRooms: 0, rareMatches: 0, windowEvents: 1000)),
    ]

    @Test(
        "every way finds the same, newest first, and nothing of a room that the caller left", arguments: tactics.indices
    )
    func sameResults(index: Int) async throws {
        let (name, tactics) = Self.tactics[index]
        try await TestChat.run { chat in
            let sent = try await fill(chat)
            let reader = SearchReader(engine: chat.engine, limits: ChatLimits(), tactics: tactics, threads: 1)
            defer { reader.stop() }
            for (query, holds) in Self.queries {
                let expected = sent.filter(holds).reversed().map(\.text)
                for limit in [4, 200] {
                    #expect(try await found(reader, query, limit: limit) == expected, "\(name): \(query), \(limit)")
                }
            }
        }
    }

    /// Twelve rooms of unequal size, of which olga has left one; what she may read, in its order.
    private func fill(_ chat: TestChat) async throws -> [Sent] {
        let rooms = (0..<12).map { RoomID(stored: "r\($0)") }
        chat.clock.advance(milliseconds: 86_400_000)
        for room in rooms { try await chat.makeRoom(room, members: ["bob"]) }
        var generator = SeededGenerator(seed: 7)
        var sent: [Sent] = []
        for number in 0..<220 {
            let room = Int.random(in: 0..<12, using: &generator) * Int.random(in: 1...2, using: &generator) % 12
            let words = ["often", "half", "x\(number)", "@bob", "https://example.com", "\u{6F22}\u{5B57}", "\u{5B57}"]
            var text = words.filter { $0 == "often" || Bool.random(using: &generator) }.shuffled(using: &generator)
            if number % 50 == 7 { text.append("seldom") }
            text.append("m\(number)")
            let author: UserID = Bool.random(using: &generator) ? "olga" : "bob"
            chat.clock.advance(milliseconds: 1000)
            let seq = try await chat.send(rooms[room], author, text.joined(separator: " ")).seq
            let hasFile = number % 40 == 3
            if hasFile { try mark(rooms[room], try #require(seq), chat) }
            if room != 5 {
                sent.append(
                    Sent(room: room, author: author, text: text.joined(separator: " "), hasFile: hasFile))
            }
        }
        try await chat.submit(.setMember(room: "r5", user: "bob", role: .owner, isMuted: nil, by: "olga"))
        try await chat.submit(.leave(room: "r5", user: "olga"))
        try chat.index()
        return sent
    }

    /// Gives the message a file.
    private func mark(_ room: RoomID, _ seq: Int64, _ chat: TestChat) throws {
        try chat.engine.writeBlocking { connection in
            try connection.execute(
                "UPDATE events SET files = '[]' WHERE room = $1 AND seq = $2",
                [.text(room.description), .integer(seq)])
        }
    }

    private func found(_ reader: SearchReader, _ query: String, limit: Int) async throws -> [String] {
        var found: [String] = []
        var cursor: String?
        repeat {
            let page = try await reader.search(
                SearchRequest(text: query, limit: limit, cursor: cursor), user: "olga")
            found += try page.items.withUnsafeBytes { try JSONReader.read($0) }.items.map { $0["text"]?.text ?? "" }
            cursor = page.cursor
        } while cursor != nil
        return found
    }
}
