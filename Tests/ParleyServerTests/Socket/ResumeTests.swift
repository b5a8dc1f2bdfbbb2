import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Catching up")
    struct ResumeTests {
        private func texts(_ socket: RawSocket, count: Int) async throws -> [String] {
            var texts: [String] = []
            while texts.count < count { texts.append(try await socket.event("message")["text"]?.string ?? "") }
            return texts
        }

        @Test("resume sends what was missed, then its answer, then live events")
        func missed() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.greeted(try await server.access.register("alice"))
                let bobLogin = try await server.access.register("bob")
                for number in 1...50 {
                    try await alice.ask("send", ["room": "general", "text": .string("m\(number)")])
                }
                let bob = try await server.access.greeted(bobLogin)
                try await bob.send(.object(["type": "resume", "id": "r", "rooms": .object(["general": 2])]))
                var last: Int64 = 2
                while true {
                    let event = try await bob.event()
                    if event["id"] == "r" {
                        #expect(event["type"] == "ok")
                        #expect(
                            event["rooms"] == .object(["general": .object(["head": 52, "complete": true])]))
                        break
                    }
                    #expect(event["seq"]?.integer == last + 1)
                    last += 1
                }
                #expect(last == 52)
                try await alice.ask("send", ["room": "general", "text": "live"])
                #expect(try await bob.event("message")["seq"]?.integer == 53)
                for socket in [alice, bob] { try await socket.close() }
            }
        }

        @Test("a resume of thousands of events comes in order, without a gap, while others go on sending")
        func farBack() async throws {
            try await TestServer.run(["limits.outbox_bytes": "32KiB"]) { server in
                let alice = try await server.access.greeted(try await server.access.register("alice"))
                let bobLogin = try await server.access.register("bob")
                for _ in 0..<3000 { try await alice.send(.object(["type": "send", "room": "general", "text": "old"])) }
                _ = try await texts(alice, count: 3000)
                let bob = try await server.access.greeted(bobLogin)
                try await bob.send(.object(["type": "resume", "id": "r", "rooms": .object(["general": 0])]))
                for _ in 0..<300 { try await alice.send(.object(["type": "send", "room": "general", "text": "new"])) }
                var last: Int64 = 0
                var isAnswered = false
                while last < 3302 || !isAnswered {
                    let event = try await bob.event()
                    if event["id"] == "r" {
                        isAnswered = true
                        continue
                    }
                    guard let seq = event["seq"]?.integer else { continue }
                    #expect(seq == last + 1)
                    last = seq
                }
                for socket in [alice, bob] { try await socket.close() }
            }
        }

        @Test("a reader that takes nothing for a while gets everything later, in order, while others are not held up")
        func slowReader() async throws {
            let settings = ["limits.outbox_bytes": "64KiB"]
            try await TestServer.run(settings) { server in
                let alice = try await server.access.greeted(try await server.access.register("alice"))
                let slow = try await server.access.greeted(try await server.access.register("slow"))
                let count = 800
                try await slow.stopReading()
                let text = String(repeating: "x", count: 6000)
                for number in 0..<count {
                    try await alice.send(
                        .object(["type": "send", "room": "general", "text": .string("\(number) \(text)")]))
                }
                // Everything is committed and out to who reads: nearly 5 MB, far more than the kernel holds for the slow one.
                _ = try await texts(alice, count: count)
                #expect(try await server.fallenBehindCount() >= 1)
                try await slow.startReading()
                // The events before are the two joinings.
                var last: Int64 = 2
                var numbers = 0
                while numbers < count {
                    let event = try await slow.event { $0["seq"] != nil }
                    try #require(event["seq"]?.integer == last + 1)
                    last += 1
                    guard event["type"] == "message" else { continue }
                    #expect(event["text"]?.string?.hasPrefix("\(numbers) ") == true)
                    numbers += 1
                }
                // It has caught up: it hears live events again.
                try await alice.ask("send", ["room": "general", "text": "live"])
                #expect(try await slow.event("message")["text"] == "live")
                for socket in [alice, slow] { try await socket.close() }
            }
        }
    }
}
