import Database
import TestTools
import Testing

@testable import Chat

@Suite("Resuming")
struct ResumeTests {
    /// The frames behind the answer to a command, and the index of that answer.
    private func index(of answer: JSON, in frames: [JSON]) -> Int {
        frames.firstIndex { $0["id"] == answer["id"] } ?? -1
    }

    @Test("sends what was missed, then the answer with the head")
    func missed() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            for number in 0..<2500 {
                chat.service.log.submit(
                    .send(room: "a", from: "olga", text: "m\(number)", nonce: nil, replyTo: nil, violation: nil), .none)
            }
            try await chat.send("a", "olga")
            let socket = try await chat.open("bob")
            let answer = try await socket.ask(#""type":"resume","rooms":{"a":3}"#)
            #expect(answer["rooms"]?["a"] == (try JSON(parsing: #"{"head":2504,"complete":true}"#)))
            let frames = try await socket.frames()
            #expect(frames[..<index(of: answer, in: frames)].seqs(of: "a") == Array(4...2504))
            try await chat.send("a", "olga")
            #expect(try await socket.settledFrames().seqs(of: "a") == Array(4...2505))
        }
    }

    @Test("rewinds as often as asked, each time strictly on from there")
    func rewind() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let socket = try await chat.open("bob")
            for _ in 0..<5 { try await chat.send("a", "olga") }
            _ = try await socket.ask(#""type":"resume","rooms":{"a":0}"#)
            _ = try await socket.ask(#""type":"resume","rooms":{"a":6}"#)
            _ = try await socket.ask(#""type":"resume","rooms":{"a":8}"#)
            try await chat.send("a", "olga")
            #expect(
                try await socket.settledFrames().seqs(of: "a")
                    == Array(4...8) + Array(1...8) + [7, 8] + [9])
        }
    }

    @Test("several rooms are answered at once, when all have caught up")
    func severalRooms() async throws {
        try await TestChat.run { chat in
            for room in ["a", "b", "c"] as [RoomID] {
                try await chat.makeRoom(room, members: ["bob"])
                for _ in 0..<50 { try await chat.send(room, "olga") }
            }
            try await chat.makeRoom("secret", .private)
            let socket = try await chat.open("bob")
            let answer = try await socket.ask(
                #""type":"resume","rooms":{"b":10,"secret":0,"a":53,"nowhere":5,"c":0,"Bad Name":1}"#)
            #expect(answer["rooms"]?.names == ["a", "b", "c"])
            #expect(["a", "b", "c"].map { answer["rooms"]?[$0]?["head"]?.number } == [53, 53, 53])
            let frames = try await socket.frames()
            #expect(index(of: answer, in: frames) == frames.count - 1)
            #expect(frames.seqs(of: "a") == [])
            #expect(frames.seqs(of: "b") == Array(11...53))
            #expect(frames.seqs(of: "c") == Array(1...53))
            #expect(frames.seqs(of: "secret") == [])
        }
    }

    @Test("beyond a head is refused and rewinds nothing")
    func beyond() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            try await chat.makeRoom("b", members: ["bob"])
            let socket = try await chat.open("bob")
            let answer = try await socket.ask(#""type":"resume","rooms":{"a":0,"b":4}"#)
            #expect(answer["code"]?.text == "invalid_seq")
            #expect(try await socket.ask(#""type":"resume","rooms":{"b":3}"#)["type"]?.text == "ok")
            #expect(try await socket.settledFrames().seqs(of: "a") == [])
        }
    }

    @Test("of nothing is answered at once")
    func empty() async throws {
        try await TestChat.run { chat in
            let socket = try await chat.open("bob")
            #expect(try await socket.ask(#""type":"resume","rooms":{}"#)["rooms"]?.names == [])
            #expect(try await socket.ask(#""type":"resume","rooms":{"a":1}"#)["rooms"]?.names == [])
        }
    }

    @Test("in the middle of traffic, live events wait until it has caught up", arguments: [0, 1])
    func inTraffic(loop: Int) async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            for _ in 0..<300 { try await chat.send("a", "olga") }
            let socket = try await chat.open("bob", loop: loop)
            async let traffic: Void = withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<1000 { group.addTask { try await chat.send("a", "olga", "m\(number)") } }
                try await group.waitForAll()
            }
            var starts: [Int64] = []
            for start in [3, 200, 0, 250] as [Int64] {
                let before = try await socket.frames().count
                let answer = try await socket.ask(#""type":"resume","rooms":{"a":\#(start)}"#)
                let head = try #require(answer["rooms"]?["a"]?["head"]?.number)
                let frames = try await socket.frames()
                let seqs = frames[before..<index(of: answer, in: frames)].seqs(of: "a")
                // Live events may come before the command does; from the rewind on there is every event up to the head.
                let rewound = try #require(seqs.firstIndex(of: start + 1))
                #expect(Array(seqs[rewound...]) == Array((start + 1)...head))
                starts.append(start)
            }
            try await traffic
            let seqs = try await socket.settledFrames().seqs(of: "a")
            let last = try #require(seqs.lastIndex(of: 251))
            #expect(Array(seqs[last...]) == Array(251...1303))
        }
    }

    @Test("of what was removed from the log goes on with what is said while it is looked for")
    func removed() async throws {
        let directory = try TemporaryDirectory()
        let engine = FailingEngine(try SQLiteEngine(path: directory.file("chat.sqlite3")))
        try await TestChat.run(in: directory, engine: engine) { chat in
            try await chat.makeRoom("a", members: ["bob"])
            for _ in 0..<5 { try await chat.send("a", "olga") }
            let socket = try await chat.open("bob")
            try await chat.submit(.expire(room: "a", through: 8))
            let gate = Gate()
            engine.holdReads(until: gate)
            socket.send(#"{"id":"r","type":"resume","rooms":{"a":2}}"#)
            _ = try await socket.ask(#""type":"ping""#)
            #expect(try await chat.send("a", "olga").seq == 9)
            #expect(try await socket.settledFrames().seqs(of: "a").isEmpty)
            gate.open()
            try await socket.wait("the answer") { $0.received.contains { $0["id"]?.text == "r" } }
            let frames = try await socket.settledFrames()
            #expect(frames.seqs(of: "a") == [9])
            let answer = frames.first { $0["id"]?.text == "r" }
            #expect(answer?["rooms"]?["a"] == (try JSON(parsing: #"{"head":9,"complete":false}"#)))
            try await chat.send("a", "olga")
            #expect(try await socket.settledFrames().seqs(of: "a") == [9, 10])
        }
    }

    @Test("a room that is lost meanwhile is left out, and the others go on")
    func lostMeanwhile() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            try await chat.makeRoom("b", members: ["bob"])
            for room in ["a", "b"] as [RoomID] {
                for _ in 0..<100 { try await chat.send(room, "olga", String(repeating: "x", count: 8000)) }
            }
            let socket = try await chat.open("bob")
            try await socket.block()
            socket.send(#"{"id":"r","type":"resume","rooms":{"a":0,"b":0}}"#)
            try await socket.wait("the outbox to fill") { $0.isBlocked }
            try await chat.submit(.removeMember(room: "a", user: "bob", by: "olga"))
            try await socket.drain { $0.contains { $0["id"]?.text == "r" } }
            let frames = try await socket.frames()
            #expect(frames.last { $0["id"]?.text == "r" }?["rooms"]?.names == ["b"])
            #expect(frames.seqs(of: "b") == Array(1...103))
            let ofA = frames.seqs(of: "a")
            #expect(ofA == Array(Int64(1)..<1 + Int64(ofA.count)) && ofA.count < 103)
        }
    }

    @Test("resumes that pile up unanswered are refused at some point")
    func pile() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            for _ in 0..<100 { try await chat.send("a", "olga", String(repeating: "x", count: 8000)) }
            let socket = try await chat.open("bob")
            try await socket.block()
            for number in 0..<100 { socket.send(#"{"id":"r\#(number)","type":"resume","rooms":{"a":0}}"#) }
            #expect(try await socket.onLoop { $0.session.resumptions.count } <= 16)
            try await socket.drain { Set($0.compactMap { $0["id"]?.text }).count == 100 }
            let codes = Set(try await socket.frames().compactMap { $0["code"]?.text })
            #expect(codes == ["rate_limited"])
            try await chat.send("a", "olga")
            #expect(try await socket.settledFrames().seqs(of: "a").suffix(104) == Array(1...104))
        }
    }
}
