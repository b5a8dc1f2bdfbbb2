import Chat
import ParleyClient
import ParleyServer
import TestSupport
import Testing

extension WholeServer {
    @Suite("Sockets that follow their session")
    struct SessionFollowingTests {
        @Test("an hour of access tokens that live 5 s drops no socket, though each refresh comes late")
        func hour() async throws {
            let clock = TestClock()
            let settings = [
                "tokens.access_lifetime": "5s", "tokens.socket_grace": "25s", "heartbeat.interval": "55s",
            ]
            try await TestServer.run(settings, clock: clock.wallClock) { server in
                let hub = server.node.chat.hub
                var logins = [try await server.access.register("alice"), try await server.access.register("bob")]
                var sockets: [[RawSocket]] = []
                for login in logins {
                    sockets.append([try await server.access.greeted(login), try await server.access.greeted(login)])
                }
                let neglected = try await server.access.greeted(try await server.access.login("alice"))
                var (elapsed, refreshes): (Int64, Int) = (0, 0)
                while elapsed < 3600 {
                    // From a token that is still good to one whose grace has a second left.
                    let pause = [3, 5, 12, 28][refreshes % 4]
                    clock.advance(bySeconds: Int64(pause))
                    elapsed += Int64(pause)
                    try await hub.sweep()
                    for index in logins.indices {
                        let answer = try await server.access.call("POST", "/api/v1/auth/refresh", [:], logins[index])
                        #expect(answer.status == 200, "after \(elapsed) s: \(answer.text)")
                        logins[index] = try TestLogin(answer)
                    }
                    refreshes += 1
                    try await hub.sweep()
                }
                for socket in sockets.joined() {
                    for _ in 0..<refreshes { _ = try await socket.event("session") }
                    #expect(try await socket.ask("send", ["room": "general", "text": "still here"])["type"] == "ok")
                    try await socket.close()
                }
                #expect(try await neglected.closeCode() == 4001)
            }
        }

        @Test("a changed role holds at once: for the token in use, for live sockets, and in the hello of the next")
        func role() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let alice = try await server.access.register("alice")
                let bob = try await server.access.greeted(try await server.access.register("bob"))
                let socket = try await server.access.socket(alice)
                let hello = try await socket.event("hello")
                #expect(hello["user"]?["role"] == "user")
                expectProblem(try await server.access.get("/api/v1/admin/users", alice), 403, "forbidden")
                for (role, status) in [("admin", 200), ("user", 403)] {
                    let path = "/api/v1/admin/users/alice/role"
                    let changed = try await server.access.call("PUT", path, ["role": .string(role)], root)
                    #expect(changed.status == 200)
                    let event = try await socket.event("session")
                    #expect(event["role"] == .string(role))
                    #expect(event["access_expires_at"] == hello["session"]?["access_expires_at"])
                    #expect(try await server.access.get("/api/v1/admin/users", alice).status == status)
                    let next = try await server.access.socket(alice)
                    #expect(try await next.event("hello")["user"]?["role"] == .string(role))
                    try await next.close()
                }
                // Nobody else is told.
                _ = try await bob.ask("ping")
                try await bob.close()
                #expect(try await bob.rest().events.isEmpty)
                try await socket.close()
            }
        }
    }
}
