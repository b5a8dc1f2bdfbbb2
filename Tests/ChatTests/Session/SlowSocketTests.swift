import Testing

@testable import Chat

@Suite("A socket that reads slowly")
struct SlowSocketTests {
    private let text = String(repeating: "x", count: 8000)

    @Test("falls behind, is fed from the log as it drains, and gets everything once in order")
    func fallsBehind() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let slow = try await chat.open("bob")
            let fast = try await chat.open("bob")
            try await slow.block(afterBytes: 20_000)
            for _ in 0..<400 { try await chat.send("a", "olga", text) }
            try await fast.wait("the last message") { $0.received.seqs(of: "a").last == 403 }
            #expect(try await fast.frames().seqs(of: "a") == Array(4...403))
            let pending = try await slow.onLoop { ($0.pendingBytes, $0.session.isLive) }
            #expect(pending.0 <= 256 * 1024 && !pending.1)
            let fallenBehind = try await chat.service.hub.statistics().fallenBehind
            #expect(fallenBehind >= 1)

            try await slow.drain { $0.seqs(of: "a").last == 403 }
            let frames = try await slow.frames()
            #expect(frames.seqs(of: "a") == Array(4...403))
            let told = frames.filter { $0["type"]?.text == "lagging" }
            #expect(!told.isEmpty && told.allSatisfy { $0["rooms"]?.items.map(\.text) == ["a"] })
            #expect(try await fast.frames().allSatisfy { $0["type"]?.text != "lagging" })
            try await slow.wait("live delivery") { $0.session.isLive }
            try await chat.send("a", "olga")
            #expect(try await slow.settledFrames().seqs(of: "a") == Array(4...404))
            #expect(try await chat.service.hub.statistics().fallenBehind == fallenBehind)
        }
    }

    @Test("in several rooms, with traffic that goes on while it drains")
    func severalRooms() async throws {
        try await TestChat.run { chat in
            let rooms: [RoomID] = ["a", "b", "c"]
            for room in rooms { try await chat.makeRoom(room, members: ["bob"]) }
            let slow = try await chat.open("bob", loop: 1)
            try await slow.block()
            for number in 0..<150 { try await chat.send(rooms[number % 3], "olga", text) }
            async let traffic: Void = withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<300 { group.addTask { try await chat.send(rooms[number % 3], "olga", text) } }
                try await group.waitForAll()
            }
            try await slow.drain { frames in rooms.allSatisfy { frames.seqs(of: $0).last == 153 } }
            try await traffic
            try await slow.makeRoom()
            let frames = try await slow.settledFrames()
            for room in rooms { #expect(frames.seqs(of: room) == Array(4...153)) }
        }
    }

    @Test("and is removed from a room gets nothing of it that the kernel had not taken, but all of the others")
    func removedWhileBehind() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            try await chat.makeRoom("b", members: ["bob"])
            let slow = try await chat.open("bob")
            try await slow.block()
            for _ in 0..<100 {
                try await chat.send("a", "olga", text)
                try await chat.send("b", "olga", text)
            }
            try await chat.submit(.removeMember(room: "a", user: "bob", by: "olga"))
            try await slow.drain { $0.seqs(of: "b").last == 103 }
            let frames = try await slow.settledFrames()
            #expect(frames.seqs(of: "b") == Array(4...103))
            // Only what was handed to the kernel before, and nothing of what lay in the outbox, 16 frames of a at least.
            let ofA = frames.seqs(of: "a")
            #expect(ofA == Array(Int64(4)..<4 + Int64(ofA.count)) && ofA.count <= 5)
        }
    }

    @Test("and asks all the same is answered in the end, and not read from meanwhile")
    func answers() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            for _ in 0..<40 { try await chat.send("a", "olga", text) }
            let slow = try await chat.open("bob")
            try await slow.block()
            for number in 0..<20 { slow.send(#"{"id":"h\#(number)","type":"history","room":"a","limit":200}"#) }
            try await slow.drain { Set($0.compactMap { $0["id"]?.text }).count == 20 }
            let pages = try await slow.frames().filter { $0["messages"] != nil }
            #expect(pages.count == 20)
            #expect(pages.allSatisfy { $0["messages"]?.items.last?["seq"]?.number == 43 })
        }
    }

    @Test("never has more waiting for it than its limit and the answers of one read")
    func bounded() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            for _ in 0..<40 { try await chat.send("a", "olga", text) }
            let slow = try await chat.open("bob")
            try await slow.block()
            for number in 0..<200 { slow.send(#"{"id":"h\#(number)","type":"history","room":"a","limit":200}"#) }
            try await slow.wait("the outbox to fill") { $0.isOverLimit }
            for _ in 0..<50 { try await chat.send("a", "olga", text) }
            let (pending, isReading) = try await slow.onLoop { ($0.pendingBytes, $0.isReading) }
            #expect(pending <= 256 * 1024 + 300 * 1024)
            #expect(!isReading)
        }
    }

    @Test("that asks for many histories in one read is given one after another, and no more than its limit at a time")
    func pipelined() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            for _ in 0..<40 { try await chat.send("a", "olga", text) }
            let slow = try await chat.open("bob")
            try await slow.block()
            let ids = (0..<100).map { "h\($0)" }
            slow.sendAtOnce(ids.map { #"{"id":"\#($0)","type":"history","room":"a","limit":200}"# })
            try await slow.wait("the outbox to fill") { $0.isOverLimit }
            await chat.settle()
            #expect(try await slow.onLoop { $0.pendingBytes } <= 256 * 1024 + 300 * 1024)
            try await slow.drain { $0.compactMap { $0["id"]?.text }.count == ids.count }
            #expect(try await slow.frames().compactMap { $0["id"]?.text } == ids)
        }
    }
}
