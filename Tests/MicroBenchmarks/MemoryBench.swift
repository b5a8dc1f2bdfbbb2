import Chat
import Database
import Foundation
import ParleyServer

/// What rooms and their members cost in memory once somebody spoke in each: by the resident memory of this process.
struct MemoryBench {
    let rooms: Int
    let members: Int
    /// Characters of a username; up to 15 a string needs no memory of its own.
    let nameLength: Int

    func run() async throws {
        try await BenchNode.withTemporaryDirectory { directory in
            try await BenchNode.run(in: directory) { try write($0.engine) }
            try await BenchNode.run(in: directory) { node in
                // The engine's cache of pages is not what is weighed.
                let rows = try node.engine.writeBlocking { connection in
                    try connection.first("SELECT count(role) FROM members", []) { $0.integer(0) } ?? 0
                }
                precondition(rows == rooms * members, "the members are not whole")
                try await speak(node, in: 0..<1)
                let before = try Self.residentBytes()
                try await speak(node, in: 1..<rooms)
                let bytes = try Self.residentBytes() - before
                BenchNode.say(
                    "\(rooms) rooms of \(members) members, names of \(nameLength): \(bytes / 1024) kB, "
                        + "\(bytes / (rooms - 1)) bytes a room, \(bytes / ((rooms - 1) * members)) bytes a member")
            }
        }
    }

    private func room(_ number: Int) -> RoomID { RoomID(stored: "room-\(number)") }

    private func user(_ number: Int) -> String {
        let digits = String(number)
        return "u" + String(repeating: "0", count: max(0, nameLength - 1 - digits.count)) + digits
    }

    private func write(_ engine: any DatabaseEngine) throws {
        for room in 0..<rooms {
            try engine.writeBlocking { connection in
                try connection.execute(
                    "INSERT INTO rooms (room, kind, created_at) VALUES ($1, 'public', 0)",
                    [.text(self.room(room).description)])
                for member in 0..<members {
                    try connection.execute(
                        """
                        INSERT INTO members (room, username, state, role, muted, read_seq, joined_at) \
                        VALUES ($1, $2, 0, 'member', 0, 0, 0)
                        """, [.text(self.room(room).description), .text(user(member))])
                }
            }
        }
    }

    /// One message in each room, a hundred at a time.
    private func speak(_ node: ParleyNode, in numbers: Range<Int>) async throws {
        for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 100) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in start..<min(start + 100, numbers.upperBound) {
                    group.addTask {
                        _ = try await node.chat.log.submit(
                            .send(
                                room: room(number), from: UserID(stored: user(0)), text: "hi", nonce: nil, replyTo: nil,
                                violation: nil))
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    private static func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4096
    }
}
