import Testing

@testable import Chat

@Suite("Revocation, expiry and the end")
struct RevocationTests {
    /// Waits for the end of a socket and gives the code of the Close frame.
    private func code(_ socket: TestSocket) async throws -> UInt16? {
        try await socket.wait("the end") { $0.isClosed }
        #expect(try await socket.onLoop { $0.framesAfterClose } == 0)
        return try await socket.onLoop { $0.closeCode }
    }

    @Test("closes the sockets that are meant, counts them, and leaves the others alone")
    func selection() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["ann", "bob"])
            let phone = try await chat.open("ann", login: "phone")
            let desk = try await chat.open("ann", loop: 1, login: "desk")
            let tab = try await chat.open("ann", login: "desk")
            let bob = try await chat.open("bob", loop: 1)
            let hub = chat.service.hub
            #expect(try await hub.close(.sessions(["nothing"]), code: 4501, reason: "x") == 0)
            #expect(try await hub.close(.sessions(["phone"]), code: 4501, reason: "session revoked") == 1)
            #expect(try await code(phone) == 4501)
            let again = try await chat.open("ann", login: "phone")
            #expect(try await hub.close(.user("ann", except: "phone"), code: 4501, reason: "x") == 2)
            #expect(try await code(desk) == 4501)
            #expect(try await code(tab) == 4501)
            #expect(try await hub.close(.user("ann", except: nil), code: 4502, reason: "account disabled") == 1)
            #expect(try await code(again) == 4502)
            #expect(try await hub.close(.user("ann", except: nil), code: 4502, reason: "x") == 0)
            try await chat.send("a", "olga")
            #expect(try await bob.settledFrames().seqs(of: "a") == [5])
            #expect(try await hub.close(.everyone, code: 4501, reason: "x") == 1)
            #expect(try await code(bob) == 4501)
            #expect(try await hub.socketCount() == 0)
        }
    }

    @Test("closes hundreds of sockets in slices and reports when all are told")
    func slices() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["ann"])
            var sockets: [TestSocket] = []
            for number in 0..<(HubShard.closeSlice * 4 + 7) {
                sockets.append(try await chat.connect("ann", loop: number % 2))
            }
            #expect(
                try await chat.service.hub.close(.user("ann", except: nil), code: 4501, reason: "x") == sockets.count)
            for socket in sockets { #expect(try await code(socket) == 4501) }
        }
    }

    @Test("drops what waits for a socket: after the receipt only a Close frame is written")
    func mute() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let socket = try await chat.open("bob")
            try await socket.block()
            for _ in 0..<30 { try await chat.send("a", "olga", String(repeating: "x", count: 8000)) }
            let written = try await socket.onLoop { socket in
                #expect(socket.isBlocked && socket.pendingBytes > 100_000)
                return socket.writtenBytes
            }
            #expect(try await chat.service.hub.close(.user("bob", except: nil), code: 4501, reason: "revoked") == 1)
            try await chat.send("a", "olga")
            socket.send(#"{"type":"ping","id":"late"}"#)
            #expect(try await socket.onLoop { $0.writtenBytes } == written)
            try await socket.makeRoom()
            #expect(try await code(socket) == 4501)
            // What the kernel's buffer had already, a Close frame, and nothing else.
            #expect(try await socket.onLoop { $0.writtenBytes } == written + 2 + 2 + "revoked".utf8.count)
            #expect(try await socket.frames().seqs(of: "a").count <= 8)
        }
    }

    @Test("drops what waits for a socket that was leaving already")
    func muteLeaving() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            let socket = try await chat.open("bob")
            try await socket.block()
            for _ in 0..<30 { try await chat.send("a", "olga", String(repeating: "x", count: 8000)) }
            try await chat.service.hub.drain(retryAfterMilliseconds: 100)
            let written = try await socket.onLoop { $0.writtenBytes }
            #expect(try await chat.service.hub.close(.user("bob", except: nil), code: 4501, reason: "revoked") == 1)
            try await socket.makeRoom()
            #expect(try await code(socket) == 4501)
            #expect(try await socket.onLoop { $0.writtenBytes } == written + 2 + 2 + "revoked".utf8.count)
            #expect(try await socket.frames().first(type: "drain") == nil)
        }
    }

    @Test("a socket whose session was revoked during its upgrade gets its answer and a Close, no hello")
    func verdict() async throws {
        try await TestChat.run { chat in
            let socket = try await chat.connect("bob", verdict: { (4501, "session revoked") })
            #expect(try await code(socket) == 4501)
            #expect(try await socket.onLoop { $0.hasAnswer })
            #expect(try await socket.frames().isEmpty)
            #expect(try await chat.service.hub.socketCount() == 0)
        }
    }

    @Test("a drain tells every socket when to come back, then closes with 1012")
    func drain() async throws {
        try await TestChat.run { chat in
            try await chat.makeRoom("a", members: ["bob"])
            var sockets: [TestSocket] = []
            for number in 0..<(HubShard.closeSlice * 2 + 5) {
                sockets.append(try await chat.open("bob", loop: number % 2))
            }
            try await chat.send("a", "olga")
            try await chat.service.hub.drain(retryAfterMilliseconds: 1500)
            for socket in sockets {
                #expect(try await code(socket) == 1012)
                let frames = try await socket.frames()
                #expect(frames.seqs(of: "a") == [4])
                #expect(frames.last?["type"]?.text == "drain" && frames.last?["retry_after_ms"]?.number == 1500)
            }
        }
    }

    @Test("a drain says nothing before hello: it only closes")
    func drainBeforeHello() async throws {
        try await TestChat.run { chat in
            let gate = Gate()
            let socket = try await chat.connect(
                "bob",
                details: {
                    gate.wait()
                    return .init(device: "test", createdAt: 0)
                })
            let start = ContinuousClock.now
            try await chat.service.hub.drain(retryAfterMilliseconds: 1500)
            #expect(try await code(socket) == 1012)
            // It was not read from before its hello, but the peer's Close is heard all the same.
            #expect(ContinuousClock.now - start < .seconds(4))
            #expect(try await socket.frames().isEmpty)
            gate.open()
        }
    }

    @Test("a socket outlives its access token by the grace, then closes with 4001 unless the token was renewed")
    func expiry() async throws {
        try await TestChat.run({ $0.socketGraceMilliseconds = 25_000 }) { chat in
            let expiring = try await chat.open("ann", loop: 1, login: "old", expiresIn: 1000)
            let renewed = try await chat.open("ann", loop: 1, login: "new", expiresIn: 1000)
            let lasting = try await chat.open("ann", loop: 1, login: "long", expiresIn: 27_000)
            chat.service.hub.start()
            chat.clock.advance(milliseconds: 25_500)
            let expiry = chat.clock.now + 600_000
            chat.service.hub.extend(session: "new", accessExpiresAt: expiry)
            // The sweep that closes this one has looked at the others too.
            let witness = try await chat.connect("bob", loop: 1, expiresIn: -30_000)
            #expect(try await code(witness) == 4001)
            _ = try await expiring.ask(#""type":"ping""#)
            chat.clock.advance(milliseconds: 501)
            #expect(try await code(expiring) == 4001)
            let event = try await renewed.settledFrames().first(type: "session")
            #expect(event?["access_expires_at"]?.text == Timestamp(milliseconds: expiry).text)
            #expect(try await lasting.settledFrames().first(type: "session") == nil)
        }
    }

    @Test("a renewal never shortens, and is told once")
    func extend() async throws {
        try await TestChat.run { chat in
            let socket = try await chat.open("ann", login: "s", expiresIn: 1000)
            let hub = chat.service.hub
            hub.extend(session: "s", accessExpiresAt: chat.clock.now + 500)
            hub.extend(session: "other", accessExpiresAt: chat.clock.now + 9000)
            hub.extend(session: "s", accessExpiresAt: chat.clock.now + 5000)
            hub.extend(session: "s", accessExpiresAt: chat.clock.now + 5000)
            #expect(try await socket.settledFrames().filter { $0["type"]?.text == "session" }.count == 1)
            #expect(try await socket.onLoop { $0.session.accessExpiresAt } == chat.clock.now + 5000)
        }
    }
}
