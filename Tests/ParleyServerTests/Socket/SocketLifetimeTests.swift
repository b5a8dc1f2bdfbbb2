import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("How long a socket lives")
    struct SocketLifetimeTests {
        @Test("a socket ends with 4001 when its token and the grace are over, not before")
        func expiry() async throws {
            let clock = TestClock()
            let settings = ["tokens.access_lifetime": "100s", "tokens.socket_grace": "25s"]
            try await TestServer.run(settings, clock: clock.wallClock) { server in
                let early = try await server.access.register("alice")
                clock.advance(bySeconds: 60)
                let late = try await server.access.login("alice")
                let first = try await server.access.greeted(early)
                let second = try await server.access.greeted(late)
                // 126 s after the first login, 66 s after the second; a token lives 95 to 100 s.
                clock.advance(bySeconds: 66)
                #expect(try await first.closeCode() == 4001)
                // The sweep that closed the first has passed over the second, whose token is good.
                #expect(try await second.ask("ping")["type"] == "pong")
                clock.advance(bySeconds: 60)
                #expect(try await second.closeCode() == 4001)
            }
        }

        @Test("a token that is over leaves its socket the grace, in which it works")
        func grace() async throws {
            let clock = TestClock()
            let settings = ["tokens.access_lifetime": "100s", "tokens.socket_grace": "1h"]
            try await TestServer.run(settings, clock: clock.wallClock) { server in
                let alice = try await server.access.register("alice")
                let socket = try await server.access.greeted(alice)
                clock.advance(bySeconds: 101)
                expectProblem(try await server.access.get("/api/v1/me", alice), 401, "token_expired")
                #expect(try await socket.ask("send", ["room": "general", "text": "still here"])["type"] == "ok")
                try await socket.close()
            }
        }

        @Test("a refresh tells every socket of its session and no other, and lengthens their lives")
        func refresh() async throws {
            let clock = TestClock()
            let settings = ["tokens.access_lifetime": "100s", "tokens.socket_grace": "25s"]
            try await TestServer.run(settings, clock: clock.wallClock) { server in
                let login = try await server.access.register("alice")
                let other = try await server.access.login("alice")
                let sockets = [try await server.access.greeted(login), try await server.access.greeted(login)]
                let bystander = try await server.access.greeted(other)
                clock.advance(bySeconds: 90)
                let answer = try await server.access.call("POST", "/api/v1/auth/refresh", [:], login)
                let expiry = answer.json["session"]?["access_expires_at"]
                for socket in sockets {
                    let event = try await socket.event()
                    #expect(event == .object(["type": "session", "access_expires_at": expiry ?? nil]))
                }
                clock.advance(bySeconds: 60)
                // The one that was not refreshed shows that the sweep has passed.
                #expect(try await bystander.rest().events.isEmpty)
                for socket in sockets {
                    #expect(try await socket.ask("ping")["type"] == "pong")
                    try await socket.close()
                }
            }
        }
    }
}
