import Chat
import Database
import Foundation
import Identity
import Logging
import NIOCore
import NIOPosix
import ParleyServer

/// Searches and history among many messages: 200 rooms, 500 authors, a tenth of the messages Chinese.
///
/// `alice` is in every fourth room, `olga` in all, `eve` in one quiet room.
struct SearchBench {
    let messages: Int
    private static let rooms = 200
    private static let clock = ContinuousClock()

    func run() async throws {
        let directory = FileManager.default.temporaryDirectory.path + "/parley-search-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let configuration = try ParleyConfiguration.load(
            file: nil, environment: [:], overrides: ["data.directory": directory, "limits.search_timeout": "60s"])
        let open = {
            var logger = Logger(label: "bench")
            logger.logLevel = .critical
            return try ParleyNode(
                configuration: configuration, eventLoops: Array(group.makeIterator()), isServing: true, logger: logger)
        }
        let empty = try open()
        var text = MessageText()
        try populate(empty.engine, &text)
        try await empty.close()

        let start = Self.clock.now
        let node = try open()
        print("opening with \(messages) messages that are not indexed: \(Self.clock.now - start)")
        try index(node)
        let again = Self.clock.now
        try await node.close()
        let reopened = try open()
        print("closing and opening again: \(Self.clock.now - again)")
        try await search(reopened, &text)
        try await history(reopened)
        try await reopened.close()
        try await group.shutdownGracefully()
    }

    private func room(_ number: Int) -> RoomID { RoomID(stored: "room-\(number)") }

    private func populate(_ engine: any DatabaseEngine, _ text: inout MessageText) throws {
        try engine.writeBlocking { connection in
            for number in 0..<Self.rooms {
                try connection.execute(
                    "INSERT INTO rooms (room, kind, created_at) VALUES ($1, 'public', 0)",
                    [.text(room(number).description)])
                let users = ["olga"] + (number % 4 == 0 ? ["alice"] : []) + (number == 7 ? ["eve"] : [])
                for user in users {
                    try connection.execute(
                        """
                        INSERT INTO members (room, username, state, role, muted, read_seq, joined_at) \
                        VALUES ($1, $2, 0, 'member', 0, 0, 0)
                        """, [.text(room(number).description), .text(user)])
                }
            }
        }
        var heads = Array(repeating: 0, count: Self.rooms)
        for start in stride(from: 0, to: messages, by: 10_000) {
            try engine.writeBlocking { connection in
                for index in start..<min(messages, start + 10_000) {
                    // Room 7 is quiet: one message in ten thousand.
                    var number = index % 10_000 == 5 ? 7 : text.random(below: Self.rooms)
                    if number == 7, index % 10_000 != 5 { number = 8 }
                    heads[number] += 1
                    try connection.execute(
                        "INSERT INTO events (room, seq, at, kind, author, text) VALUES ($1, $2, $3, 0, $4, $5)",
                        [
                            .text(room(number).description), .integer(heads[number]),
                            .integer(1_700_000_000_000 + Int64(index) * 1000),
                            .text("user-\(text.random(below: 500))"), .text(text.next()),
                        ])
                }
            }
        }
    }

    private func index(_ node: ParleyNode) throws {
        let start = Self.clock.now
        try node.chat.indexer.catchUp()
        let elapsed = Self.clock.now - start
        print("indexing: \(elapsed), \(elapsed / messages) a message")
    }

    private func search(_ node: ParleyNode, _ text: inout MessageText) async throws {
        print("search, 50 of a page                               p50        p95        p99   braces")
        for user in ["alice", "olga", "eve"] {
            for (name, query) in MessageText.queries {
                var times: [Duration] = []
                var found = 0
                for _ in 0..<200 {
                    let request = SearchRequest(text: query(&text), limit: 50)
                    let start = Self.clock.now
                    let page = try await node.chat.search.search(request, user: UserID(stored: user))
                    times.append(Self.clock.now - start)
                    found += page.items.count { $0 == UInt8(ascii: "{") }
                }
                line("\(user): \(name)", times, "\(found)")
            }
        }
    }

    private func history(_ node: ParleyNode) async throws {
        var times: [Duration] = []
        for index in 0..<1000 {
            let request = HistoryRequest(
                room: room(index * 4 % Self.rooms), before: Int64(messages / Self.rooms * (index % 100 + 1) / 100),
                after: nil, limit: 50)
            let start = Self.clock.now
            _ = try await node.chat.reader.history(request, user: UserID(stored: "alice"))
            times.append(Self.clock.now - start)
        }
        line("history, a page of 50", times, "")
    }

    private func line(_ name: String, _ times: [Duration], _ rest: String) {
        let sorted = times.sorted()
        let columns = [50, 95, 99].map { percent in
            let microseconds = sorted[(sorted.count - 1) * percent / 100] / .microseconds(1)
            let text = String(Double(Int(microseconds / 10)) / 100) + " ms"
            return String(repeating: " ", count: max(1, 11 - text.count)) + text
        }
        print(name + String(repeating: " ", count: max(1, 44 - name.count)) + columns.joined() + "   " + rest)
    }
}
