import Chat
import Database
import ParleyServer

/// Searches and history in a data directory of `Population`.
struct SearchBench {
    private static let tries = 100
    private static let clock = ContinuousClock()
    private let messages: Int

    static func run(in directory: String) async throws {
        try await BenchNode.run(in: directory) { node in
            let messages = try node.engine.readBlocking { connection in
                try connection.first("SELECT count(*) FROM events", []) { Int($0.integer(0)) } ?? 0
            }
            let bench = SearchBench(messages: messages)
            try await bench.search(node)
            try await bench.history(node)
        }
    }

    private func search(_ node: ParleyNode) async throws {
        BenchNode.say("search, 50 of a page                               p50        p95        p99   found")
        var text = MessageText()
        for user in ["alice", "olga", "eve"] {
            // Eve is in none of the rooms that are asked for by name.
            for (name, query) in MessageText.queries where user != "eve" || !name.contains("in:") {
                var times: [Duration] = []
                var found = 0
                for _ in 0..<Self.tries {
                    let request = SearchRequest(text: query(&text), limit: 50)
                    let start = Self.clock.now
                    let page = try await node.chat.search.search(request, user: UserID(stored: user))
                    times.append(Self.clock.now - start)
                    found += Self.count(page.items)
                }
                line("\(user): \(name)", times, "\(found)")
            }
        }
    }

    private func history(_ node: ParleyNode) async throws {
        var times: [Duration] = []
        for index in 0..<1000 {
            let request = HistoryRequest(
                room: Population.room(index * 4 % Population.rooms),
                before: Int64(messages / Population.rooms * (index % 100 + 1) / 100),
                after: nil, limit: 50)
            let start = Self.clock.now
            _ = try await node.chat.reader.history(request, user: UserID(stored: "alice"))
            times.append(Self.clock.now - start)
        }
        line("history, a page of 50", times, "")
    }

    /// The objects of a page: each has a `seq` of its own.
    private static func count(_ items: [UInt8]) -> Int {
        String(decoding: items, as: UTF8.self).ranges(of: "\"seq\":").count
    }

    private func line(_ name: String, _ times: [Duration], _ rest: String) {
        let sorted = times.sorted()
        let columns = [50, 95, 99].map { percent in
            let microseconds = sorted[(sorted.count - 1) * percent / 100] / .microseconds(1)
            let text = String(Double(Int(microseconds / 10)) / 100) + " ms"
            return String(repeating: " ", count: max(1, 11 - text.count)) + text
        }
        BenchNode.say(name + String(repeating: " ", count: max(1, 44 - name.count)) + columns.joined() + "   " + rest)
    }
}
