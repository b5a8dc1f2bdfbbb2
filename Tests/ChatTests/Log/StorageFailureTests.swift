import Database
import TestTools
import Testing

@testable import Chat

@Suite("A disk that is full or fails")
struct StorageFailureTests {
    private func big(_ number: Int) -> String { "\(number) " + String(repeating: "x", count: 8000) }

    @Test("refuses every send, tells nobody, and takes them again when there is room")
    func full() async throws {
        let directory = try TemporaryDirectory()
        let engine = try SQLiteEngine(
            path: directory.file("chat.sqlite3"), configuration: .init(maximumBytes: 80 * 4096))
        var head: Int64 = 0
        try await TestChat.run(in: directory, engine: engine) { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let socket = try await chat.open("bob")
            var refusal: ChatError?
            head = 3
            for number in 0..<200 where refusal == nil {
                do {
                    head = try #require(try await chat.send("a", "olga", big(number), nonce: "n\(number)").seq)
                } catch let error as ChatError {
                    refusal = error
                }
            }
            #expect(refusal == .storageUnavailable)
            #expect(refusal?.retryAfterMilliseconds != nil)
            #expect((4..<100).contains(head))

            let codes = await withTaskGroup(of: String.self) { group in
                for number in 0..<50 {
                    let text = big(number)
                    group.addTask {
                        await chat.code(
                            .send(room: "a", from: "olga", text: text, nonce: "full", replyTo: nil, violation: nil))
                    }
                }
                return await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(codes == ["storage_unavailable"])
            #expect(try await socket.settledFrames().seqs(of: "a") == Array(4...head))
            #expect(
                try await socket.ask(#""type":"history","room":"a","limit":1"#)["messages"]?.items.first?["seq"]?.number
                    == head)
            #expect(try chat.events("a").map(\.seq) == Array(1...head))
        }
        try await TestChat.run(in: directory) { chat in
            let socket = try await chat.open("bob", loop: 1)
            #expect(
                try await chat.send("a", "olga", big(0), nonce: "full")
                    == .sent(room: "a", seq: head + 1, at: ManualClock.start, isDuplicate: false))
            #expect(try await socket.settledFrames().seqs(of: "a") == [head + 1])
        }
    }

    /// One request of every kind, each of which works in `prepare`'s rooms.
    private static let requests: [LogRequest] = [
        .send(room: "a", from: "bob", text: "x", nonce: "n", replyTo: nil, violation: nil),
        .join(room: "a", user: "dora"), .leave(room: "a", user: "bob"), .direct(people: ["dora"], by: "olga"),
        .create(room: "new", kind: .public, title: nil, topic: nil, by: "dora"),
        .change(room: "a", title: "T", topic: "U", by: "olga"), .delete(room: "b", by: "olga"),
        .setMember(room: "a", user: "bob", role: .owner, isMuted: true, by: "olga"),
        .setMember(room: "a", user: "dora", role: nil, isMuted: nil, by: "olga"),
        .removeMember(room: "a", user: "bob", by: "olga"), .ban(room: "a", user: "bob", by: "olga"),
        .unban(room: "a", user: "carl", by: "olga"), .read(room: "a", user: "bob", seq: 4),
        .welcome(room: "general", user: "dora", role: .member),
    ]

    private func prepare(_ chat: TestChat) async throws {
        try await chat.makeRoom("a", members: ["bob"])
        try await chat.makeRoom("b", members: ["bob"])
        try await chat.submit(.ban(room: "a", user: "carl", by: "olga"))
    }

    /// What the log's memory says of the rooms, as joining again tells it.
    private func memory(_ chat: TestChat) async throws -> [RoomInfo?] {
        var rooms: [RoomInfo?] = []
        for room in ["a", "b"] as [RoomID] {
            for user in ["olga", "bob"] as [UserID] {
                rooms.append(try await chat.submit(.join(room: room, user: user)).info)
            }
        }
        return rooms
    }

    @Test("a commit that fails takes back every kind of change, in memory too", arguments: requests.indices)
    func rollback(index: Int) async throws {
        let directory = try TemporaryDirectory()
        let engine = FailingEngine(try SQLiteEngine(path: directory.file("chat.sqlite3")))
        try await TestChat.run(in: directory, engine: engine) { chat in
            try await prepare(chat)
            let before = try await memory(chat)
            let socket = try await chat.open("bob")
            let request = Self.requests[index]

            engine.fail(writes: true)
            #expect(await chat.code(request) == "storage_unavailable")
            #expect(try await socket.settledFrames().filter { $0["type"]?.text != "pong" }.count == 1)

            engine.fail()
            #expect(try await memory(chat) == before)
            #expect(await chat.code(.join(room: "a", user: "carl")) == "banned")
            #expect(await chat.code(.join(room: "new", user: "bob")) == "room_not_found")
            #expect(await chat.code(request) == "ok")
        }
    }

    @Test("one refusal in a failed batch is no better off than the rest")
    func wholeBatch() async throws {
        let directory = try TemporaryDirectory()
        let engine = FailingEngine(try SQLiteEngine(path: directory.file("chat.sqlite3")))
        try await TestChat.run(in: directory, engine: engine) { chat in
            try await prepare(chat)
            engine.fail(writes: true)
            let codes = await withTaskGroup(of: String.self) { group in
                for index in 0..<100 {
                    group.addTask { await chat.code(Self.requests[index % Self.requests.count]) }
                }
                return await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(codes == ["storage_unavailable"])
            engine.fail()
            #expect(try await chat.send("a", "bob").seq == 5)
            #expect(try chat.events("a").map(\.seq) == [1, 2, 3, 4, 5])
        }
    }

    @Test("a socket whose rooms cannot be read is closed with 1012, before and during its hello")
    func admission() async throws {
        let directory = try TemporaryDirectory()
        let engine = FailingEngine(try SQLiteEngine(path: directory.file("chat.sqlite3")))
        try await TestChat.run(in: directory, engine: engine) { chat in
            try await chat.makeRoom("a")
            engine.fail(reads: true)
            let early = try await chat.connect("olga")
            try await early.wait("a close") { $0.isClosed }
            #expect(try await early.onLoop { $0.closeCode } == 1012)
            engine.fail()
            let late = try await chat.connect(
                "olga", details: { throw DatabaseError(.storageUnavailable, reason: "the test said so") })
            try await late.wait("a close") { $0.isClosed }
            #expect(try await late.onLoop { $0.closeCode } == 1012)
            #expect(try await late.frames().isEmpty)
            let good = try await chat.open("olga")
            #expect(try await good.frames().first?["type"]?.text == "hello")
            #expect(try await chat.service.hub.socketCount() == 1)
        }
    }

    @Test("a history that cannot be read is answered, and the socket lives on")
    func history() async throws {
        let directory = try TemporaryDirectory()
        let engine = FailingEngine(try SQLiteEngine(path: directory.file("chat.sqlite3")))
        try await TestChat.run(in: directory, engine: engine) { chat in
            try await chat.makeRoom("a")
            let socket = try await chat.open("olga")
            engine.fail(reads: true)
            #expect(try await socket.ask(#""type":"history","room":"a""#)["code"]?.text == "storage_unavailable")
            engine.fail()
            #expect(try await socket.ask(#""type":"history","room":"a""#)["messages"]?.items == [])
        }
    }
}
