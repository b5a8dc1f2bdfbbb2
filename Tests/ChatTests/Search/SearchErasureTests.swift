import Database
import Foundation
import TestTools
import Testing

@testable import Chat

@Suite("Deleted words leave the file of the search index")
struct SearchErasureTests {
    /// Words that begin like no others, so that the index has them nearly whole.
    private static let words = ["qjvkwzxplmone", "jqvkwzxplmtwo", "vqjkwzxplmthree"]

    private func index(_ chat: TestChat) throws {
        var work = SearchIndexing(engine: chat.engine)
        var rooms = try work.backlog()
        repeat { _ = try work.step(&rooms, within: .seconds(10)) } while !rooms.isEmpty || work.hasDiscarded
    }

    /// Which of the words the database's files hold anything of.
    private func found(_ chat: TestChat) throws -> [String] {
        var bytes = Data()
        for name in ["chat.sqlite3", "chat.sqlite3-wal"] {
            bytes += try Data(contentsOf: URL(filePath: chat.directory.file(name)))
        }
        // Of a term that begins like the one before it, the index has the rest only.
        return Self.words.filter { bytes.range(of: Data($0.dropFirst(2).utf8)) != nil }
    }

    /// Takes all steps that are due, with deletions of others in between; says how many they were.
    private func erase(_ chat: TestChat) throws -> Int {
        var erasure = SearchErasure(engine: chat.engine, delay: .zero)
        var steps = 0
        try erasure.look()
        while erasure.isDue {
            _ = try erasure.step()
            steps += 1
        }
        return steps
    }

    @Test("of an edited message, a deleted one, one that retention took out, and those of a deleted room")
    func everyWay() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            try await chat.makeRoom("b")
            #expect(try erase(chat) > 0)
            #expect(try erase(chat) == 0)
            for round in 0..<30 {
                for number in 0..<20 { try await chat.send("a", "olga", "filler \(round * 20 + number) zyx\(number)") }
                try index(chat)
            }
            let edited = try #require(try await chat.send("a", "olga", "then \(Self.words[0])").seq)
            let deleted = try #require(try await chat.send("a", "olga", "and \(Self.words[1])").seq)
            try await chat.send("b", "olga", Self.words[2])
            try index(chat)
            for number in 0..<50 { try await chat.send("a", "olga", "later \(number)") }
            try index(chat)
            #expect(try found(chat) == Self.words)
            try await chat.submit(.edit(room: "a", target: edited, text: "mended", by: "olga"))
            try await chat.submit(.deleteMessage(room: "a", target: deleted, by: "olga"))
            try await chat.submit(.delete(room: "b", by: "olga"))
            let keeper = RetentionKeeper(engine: chat.engine, log: chat.service.log, standardMilliseconds: nil)
            try await keeper.prune(now: chat.clock.now)
            try index(chat)
            // The journal apart, in which old pages may stand, the parts of the index have them still.
            #expect(try found(chat) == Self.words)
            #expect(try erase(chat) > 0)
            #expect(try found(chat) == [])
            #expect(try erase(chat) == 0)
            let page = try await chat.service.search.search(SearchRequest(text: "filler zyx7"), user: "olga")
            #expect(try page.items.withUnsafeBytes { try JSONReader.read($0) }.items.count == 30)

            try await chat.send("a", "olga", Self.words[0])
            try index(chat)
            #expect(try found(chat) == [Self.words[0]])
            try await chat.submit(.expire(room: "a", through: chat.room("a", "olga").head))
            #expect(try erase(chat) > 0)
            #expect(try found(chat) == [])
        }
    }

    @Test("while a reader needs the journal, what was deleted waits, and goes when the reader has gone")
    func reader() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            let seq = try #require(try await chat.send("a", "olga", Self.words[0]).seq)
            try index(chat)
            try await chat.submit(.deleteMessage(room: "a", target: seq, by: "olga"))
            var erasure = SearchErasure(engine: chat.engine, delay: .zero)
            let reader = try SQLiteEngine(path: chat.directory.file("chat.sqlite3"))
            try reader.readBlocking { connection in
                _ = try connection.first("SELECT count(*) FROM events") { $0.integer(0) }
                try erasure.look()
                while erasure.isDue { _ = try erasure.step() }
            }
            try reader.close()
            #expect(erasure.due != nil)
            #expect(try found(chat) == [Self.words[0]])
            #expect(try erase(chat) > 0)
            #expect(try found(chat) == [])
        }
    }
}
