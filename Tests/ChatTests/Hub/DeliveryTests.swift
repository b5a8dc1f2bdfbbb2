import TestTools
import Testing

@testable import Chat

@Suite("Delivery to sockets")
struct DeliveryTests {
    @Test("every socket of every member gets every event in order, without a gap or a repeat")
    func everyone() async throws {
        try await TestChat.run { chat in
            let users: [UserID] = ["ann", "bob", "carl", "dora"]
            try await chat.makeRoom("a", members: users)
            try await chat.makeRoom("b", members: users)
            var sockets: [TestSocket] = []
            for user in users { for loop in [0, 1, 1] { sockets.append(try await chat.open(user, loop: loop)) } }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<600 {
                    group.addTask {
                        try await chat.send(number % 3 == 0 ? "b" : "a", users[number % 4], "m\(number)")
                    }
                }
                try await group.waitForAll()
            }
            for socket in sockets {
                let frames = try await socket.settledFrames()
                #expect(frames.first?["type"]?.text == "hello")
                #expect(frames.seqs(of: "a") == Array(7...406))
                #expect(frames.seqs(of: "b") == Array(7...206))
                let stored = try chat.events("a").suffix(400).map(\.text)
                #expect(frames.events(of: "a").map { $0["text"]?.text } == stored)
            }
            let statistics = try await chat.service.hub.statistics()
            #expect(statistics.sockets == 12 && statistics.opened == 12 && statistics.fallenBehind == 0)
        }
    }

    @Test("a socket that opens in the middle of traffic misses nothing behind the head of its hello")
    func openInTraffic() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            async let traffic: Void = withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<1000 { group.addTask { try await chat.send("a", "olga", "m\(number)") } }
                try await group.waitForAll()
            }
            var sockets: [TestSocket] = []
            for number in 0..<30 { sockets.append(try await chat.open("bob", loop: number % 2)) }
            try await traffic
            for socket in sockets {
                let frames = try await socket.settledFrames()
                let room = try #require(frames.first?["rooms"]?.items.first)
                let head = try #require(room["head"]?.number)
                #expect(frames.seqs(of: "a") == Array((head + 1)..<1004))
                #expect(room["unread"]?.number == head - 3)
            }
        }
    }

    @Test("who joins gets the room on all sockets from then on")
    func join() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            let sockets = [
                try await chat.open("bob"), try await chat.open("bob", loop: 1), try await chat.open("bob", loop: 1),
            ]
            let stranger = try await chat.open("carl", loop: 1)
            try await chat.send("a", "olga", "before")
            #expect(try await sockets[0].ask(#""type":"join","room":"a""#)["room_info"]?["head"]?.number == 4)
            try await chat.send("a", "olga", "after")
            for socket in sockets {
                let events = try await socket.settledFrames().events(of: "a")
                #expect(events.map { $0["type"]?.text } == ["member", "message"])
                #expect(events.seqs(of: "a") == [4, 5])
            }
            #expect(try await stranger.settledFrames().seqs(of: "a") == [])
        }
    }

    /// Ways to lose a room.
    private static let removals: [LogRequest] = [
        .removeMember(room: "a", user: "bob", by: "olga"), .ban(room: "a", user: "bob", by: "olga"),
        .leave(room: "a", user: "bob"),
    ]

    @Test("who was removed gets neither the event of it nor anything later", arguments: removals.indices)
    func removed(index: Int) async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            try await chat.makeRoom("b", members: ["bob"])
            let gone = [try await chat.open("bob"), try await chat.open("bob", loop: 1)]
            let stays = try await chat.open("olga", loop: 1)
            try await chat.send("a", "olga")
            try await chat.submit(Self.removals[index])
            try await chat.send("a", "olga")
            try await chat.send("b", "olga")
            for socket in gone {
                let frames = try await socket.settledFrames()
                #expect(frames.seqs(of: "a") == [4])
                #expect(frames.seqs(of: "b") == [4])
                #expect(try await socket.ask(#""type":"resume","rooms":{"a":3}"#)["rooms"]?.names == [])
                #expect(try await socket.ask(#""type":"history","room":"a""#)["code"]?.text == "not_a_member")
                #expect(try await socket.settledFrames().seqs(of: "a") == [4])
            }
            #expect(try await stays.settledFrames().seqs(of: "a") == [4, 5, 6])
        }
    }

    @Test("who comes back gets the room again from there, and nothing of the time between")
    func comeBack() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let socket = try await chat.open("bob")
            for _ in 0..<3 {
                try await chat.submit(.removeMember(room: "a", user: "bob", by: "olga"))
                try await chat.send("a", "olga")
                try await chat.submit(.join(room: "a", user: "bob"))
            }
            try await chat.send("a", "olga")
            #expect(try await socket.settledFrames().seqs(of: "a") == [6, 9, 12, 13])
        }
    }

    @Test("all in one batch, each step is told to those who are there at that step")
    func oneBatch() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a")
            let socket = try await chat.open("bob")
            let owner = try await chat.open("olga", loop: 1)
            // The queue is filled in one go by a thread that does not wait.
            for round in 0..<200 {
                chat.service.log.submit(.join(room: "a", user: "bob"), .none)
                chat.service.log.submit(
                    .send(room: "a", from: "olga", text: "in \(round)", nonce: nil, replyTo: nil, violation: nil), .none
                )
                chat.service.log.submit(.leave(room: "a", user: "bob"), .none)
                chat.service.log.submit(
                    .send(room: "a", from: "olga", text: "out \(round)", nonce: nil, replyTo: nil, violation: nil),
                    .none)
            }
            try await chat.send("a", "olga")
            let seen = try await socket.settledFrames().seqs(of: "a")
            let expected: [Int64] = (0..<200).flatMap { (round: Int64) -> [Int64] in [3 + round * 4, 4 + round * 4] }
            #expect(seen == expected)
            #expect(try await owner.settledFrames().seqs(of: "a") == Array(3...803))
        }
    }

    @Test("a deleted room is over, and one of the same name begins anew in the same breath")
    func deleteAndRemake() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let bob = try await chat.open("bob")
            let olga = try await chat.open("olga")
            chat.service.log.submit(.delete(room: "a", by: "olga"), .none)
            chat.service.log.submit(.create(room: "a", kind: .public, title: nil, topic: nil, by: "olga"), .none)
            try await chat.send("a", "olga")
            // The last that is told of the old room, behind its head of 3, and then the new one.
            #expect(try await bob.settledFrames().seqs(of: "a") == [4])
            #expect(try await olga.settledFrames().seqs(of: "a") == [4, 2, 3])
            #expect(try await olga.ask(#""type":"resume","rooms":{"a":0}"#)["rooms"]?["a"]?["head"]?.number == 3)
        }
    }

    @Test("sockets that vanish take nobody's place in the feeds with them")
    func vanish() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            try await chat.makeRoom("b", members: ["bob"])
            var generator = SeededGenerator(seed: 11)
            var sockets: [TestSocket] = []
            var expected: [ObjectIdentifier: [Int64]] = [:]
            var head: Int64 = 3
            for _ in 0..<60 {
                if sockets.count < 3 || Bool.random(using: &generator) {
                    sockets.append(try await chat.open("bob"))
                } else {
                    let gone = sockets.remove(at: Int.random(in: sockets.indices, using: &generator))
                    #expect(
                        try await gone.settledFrames().seqs(of: "a") == expected[ObjectIdentifier(gone), default: []])
                    try await gone.close()
                }
                try await chat.send("a", "olga")
                try await chat.send("b", "olga")
                head += 1
                for socket in sockets { expected[ObjectIdentifier(socket), default: []].append(head) }
            }
            for socket in sockets {
                let frames = try await socket.settledFrames()
                #expect(frames.seqs(of: "a") == expected[ObjectIdentifier(socket)])
                #expect(frames.seqs(of: "b") == expected[ObjectIdentifier(socket)])
            }
            #expect(try await chat.service.hub.socketCount() == sockets.count)
        }
    }
}
