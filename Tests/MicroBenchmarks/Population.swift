import Chat
import Database
import ParleyServer

/// Many messages in a data directory: 200 rooms, 500 authors, a tenth of the messages Chinese, one in a hundred with a
/// file.
///
/// `alice` is in every fourth room, `olga` in all, `eve` in one quiet room.
struct Population {
    static let rooms = 200
    static let authors = 500
    let messages: Int

    static func room(_ number: Int) -> RoomID { RoomID(stored: "room-\(number)") }

    /// Writes the messages and the search index.
    func write(to directory: String) async throws {
        let clock = ContinuousClock()
        try await BenchNode.run(in: directory) { node in
            let start = clock.now
            try writeRooms(node.engine)
            try writeMessages(node.engine)
            let written = clock.now
            try node.chat.indexer.catchUp()
            BenchNode.say("writing \(messages) messages: \(written - start); indexing: \(clock.now - written)")
        }
    }

    private func writeRooms(_ engine: any DatabaseEngine) throws {
        try engine.writeBlocking { connection in
            for number in 0..<Self.rooms {
                try connection.execute(
                    "INSERT INTO rooms (room, kind, created_at) VALUES ($1, 'public', 0)",
                    [.text(Self.room(number).description)])
                let users = ["olga"] + (number % 4 == 0 ? ["alice"] : []) + (number == 7 ? ["eve"] : [])
                for user in users {
                    try connection.execute(
                        """
                        INSERT INTO members (room, username, state, role, muted, read_seq, joined_at) \
                        VALUES ($1, $2, 0, 'member', 0, 0, 0)
                        """, [.text(Self.room(number).description), .text(user)])
                }
            }
        }
    }

    private func writeMessages(_ engine: any DatabaseEngine) throws {
        var text = MessageText()
        var heads = Array(repeating: 0, count: Self.rooms)
        for start in stride(from: 0, to: messages, by: 10_000) {
            try engine.writeBlocking { connection in
                for index in start..<min(messages, start + 10_000) {
                    // Room 7 is quiet: one message in ten thousand.
                    var number = index % 10_000 == 5 ? 7 : text.random(below: Self.rooms)
                    if number == 7, index % 10_000 != 5 { number = 8 }
                    heads[number] += 1
                    try connection.execute(
                        """
                        INSERT INTO events (room, seq, at, kind, author, text, files) \
                        VALUES ($1, $2, $3, 0, $4, $5, $6)
                        """,
                        [
                            .text(Self.room(number).description), .integer(heads[number]),
                            .integer(1_700_000_000_000 + Int64(index) * 1000),
                            .text("user-\(text.random(below: Self.authors))"), .text(text.next()),
                            index % 100 == 50 ? .text("[]") : .null,
                        ])
                }
            }
        }
    }
}
