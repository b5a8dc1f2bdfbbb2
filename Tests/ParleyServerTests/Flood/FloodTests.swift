import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Floods")
    struct FloodTests {
        @Test("a user has one rate for messages over all sockets and HTTP, and others have their own")
        func messagesOfUser() async throws {
            let settings = ["limits.messages_per_second": "100", "limits.messages_per_user": "1"]
            try await TestServer.run(settings) { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.greeted(try await server.access.register("bob"))
                let sockets = [
                    try await server.access.greeted(alice), try await server.access.greeted(alice),
                    try await server.access.greeted(try await server.access.login("alice")),
                ]
                var answers: [JSONValue] = []
                for number in 0..<12 {
                    answers.append(
                        try await sockets[number % 3].ask("send", ["room": "general", "text": "x"]))
                }
                let refused = answers.filter { $0["type"] == "error" }
                #expect(answers.prefix(3).allSatisfy { $0["type"] == "ok" } && refused.count >= 4)
                #expect(refused.allSatisfy { $0["code"] == "rate_limited" })
                #expect(refused.allSatisfy { (1...1001).contains($0["retry_after_ms"]?.integer ?? 0) })
                var statuses: Set<Int> = []
                for _ in 0..<5 {
                    let answer = try await server.access.call(
                        "POST", "/api/v1/rooms/general/messages", ["text": "x"], alice)
                    statuses.insert(answer.status)
                    if answer.status == 429 {
                        expectProblem(answer, 429, "too_many_requests")
                        #expect(answer.header("retry-after") == "1")
                    }
                }
                #expect(statuses.contains(429) && statuses.isSubset(of: [201, 429]))
                #expect(try await bob.ask("send", ["room": "general", "text": "y"])["type"] == "ok")
                for socket in sockets + [bob] { try await socket.close() }
            }
        }

        @Test("commands of all sockets count together")
        func commandsOfUser() async throws {
            try await TestServer.run(["limits.commands_per_user": "1"]) { server in
                let alice = try await server.access.register("alice")
                let sockets = [try await server.access.greeted(alice), try await server.access.greeted(alice)]
                var refusals = 0
                for number in 0..<10 {
                    let answer = try await sockets[number % 2].ask("ping")
                    if answer["code"] == "rate_limited" { refusals += 1 }
                }
                #expect(refusals >= 3)
                for socket in sockets { try await socket.close() }
            }
        }

        @Test("who goes on in spite of refusals and pauses is closed with 4029, others are not touched")
        func closed() async throws {
            let settings = [
                "limits.commands_per_second": "5", "limits.flood_refusals": "5", "limits.flood_pauses": "2",
            ]
            try await TestServer.run(settings) { server in
                let other = try await server.access.greeted(try await server.access.register("bob"))
                let socket = try await server.access.greeted(try await server.access.register("alice"))
                let flood = Task { while !Task.isCancelled { try await socket.send(.object(["type": "ping"])) } }
                let (events, close) = try await socket.rest()
                flood.cancel()
                #expect(close?.code == 4029)
                #expect(events.allSatisfy { $0["type"] == "pong" || $0["code"] == "rate_limited" })
                #expect(events.contains { ($0["retry_after_ms"]?.integer ?? 0) >= 500 })
                #expect(try await other.ask("ping")["type"] == "pong")
                try await other.close()
            }
        }

        @Test("a socket that is not read from for a while is not taken for dead, and goes on afterwards")
        func pause() async throws {
            let settings = [
                "limits.commands_per_second": "1", "limits.flood_refusals": "3", "heartbeat.interval": "20ms",
                "heartbeat.minimum": "20ms", "heartbeat.timeout": "100ms",
            ]
            try await TestServer.run(settings) { server in
                let socket = try await server.access.greeted(try await server.access.register("alice"))
                var refusals = 0
                while refusals < 3 {
                    if try await socket.ask("ping")["code"] == "rate_limited" { refusals += 1 }
                }
                // The server's pings meanwhile are answered by this end, which is not heard.
                #expect(try await socket.ask("ping")["type"] == "pong")
                try await socket.close()
            }
        }
    }
}
