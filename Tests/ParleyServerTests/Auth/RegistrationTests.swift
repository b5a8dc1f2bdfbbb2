import Identity
import ParleyClient
import ParleyServer
import TestSupport
import Testing

extension WholeServer {
    @Suite("Registering")
    struct RegistrationTests {
        private func register(
            _ server: TestServer, _ username: String, password: String = TestLogin.password, invite: String? = nil
        ) async throws -> RawResponse {
            var fields: [String: JSONValue] = ["username": .string(username), "password": .string(password)]
            fields["invite"] = invite.map { .string($0) }
            return try await server.access.call("POST", "/api/v1/auth/register", fields)
        }

        @Test("where anyone may register a new account is logged in and a member of the default room")
        func open() async throws {
            try await TestServer.run { server in
                let answer = try await register(server, "alice")
                #expect(answer.status == 201)
                expectCookies(answer)
                let login = try TestLogin(answer)
                let socket = try await server.access.socket(login)
                let hello = try await socket.event("hello")
                #expect(hello["rooms"]?.array?.compactMap { $0["id"]?.string } == ["general"])
                try await socket.close()
                expectProblem(try await register(server, "alice"), 409, "username_taken")
            }
        }

        @Test("a username or a password that breaks its rule is named")
        func fields() async throws {
            try await TestServer.run { server in
                for name in ["", "Alice", "a b", "-alice", String(repeating: "a", count: 33), "al\u{0}ice", "ålice"] {
                    expectProblem(
                        try await register(server, name), 400, "invalid_field", field: "username", "\(name)")
                }
                for password in ["", "short"] {
                    expectProblem(
                        try await register(server, "alice", password: password), 400, "invalid_field",
                        field: "password")
                }
            }
        }

        @Test("where registration is closed nobody gets in, with an invite or without")
        func closed() async throws {
            try await TestServer.run(["auth.registration": "closed"]) { server in
                _ = try await server.administrator()
                let issued = try await server.node.authority.invites.create(
                    role: .user, uses: 1, expiresAfter: .seconds(60), by: "root")
                expectProblem(try await register(server, "alice"), 403, "registration_closed")
                expectProblem(
                    try await register(server, "alice", invite: issued.secret), 403, "registration_closed")
            }
        }

        @Test("an invite lets in as many as it says, with its role, until it ends")
        func invites() async throws {
            let clock = TestClock()
            try await TestServer.run(["auth.registration": "invite"], clock: clock.wallClock) { server in
                let root = try await server.administrator()
                expectProblem(try await register(server, "alice"), 403, "invite_required")
                expectProblem(
                    try await register(server, "alice", invite: "no such invite"), 403, "invalid_invite")

                let made = try await server.access.call(
                    "POST", "/api/v1/admin/invites", ["uses": 1, "role": "admin", "expires_in": 3600], root)
                #expect(made.status == 201)
                let secret = try #require(made.json["secret"]?.string)
                #expect(
                    made.json["url"]?.string
                        == "https://localhost:\(server.access.port)/#/register?invite=\(secret)")
                // A refused registration does not use the invite up.
                expectProblem(
                    try await register(server, "root", invite: secret), 409, "username_taken")
                let answer = try await register(server, "alice", invite: secret)
                #expect(answer.status == 201 && answer.json["user"]?["role"]?.string == "admin")
                expectProblem(try await register(server, "bob", invite: secret), 403, "invalid_invite")

                let short = try await server.access.call(
                    "POST", "/api/v1/admin/invites", ["uses": 5, "expires_in": 60], root)
                clock.advance(bySeconds: 61)
                expectProblem(
                    try await register(server, "bob", invite: short.json["secret"]?.string ?? ""), 403,
                    "invalid_invite")
            }
        }

        @Test("the link for the first account makes an administrator, once, even where registration is closed")
        func firstAccount() async throws {
            try await TestServer.run(["auth.registration": "closed"]) { server in
                let link = try #require(try await server.node.firstAccountLink())
                let start = "https://localhost:\(server.access.port)/#/first-account?invite="
                #expect(link.hasPrefix(start))
                let secret = String(link.dropFirst(start.count))
                let answer = try await register(server, "root", invite: secret)
                #expect(answer.status == 201 && answer.json["user"]?["role"]?.string == "admin")
                let root = try TestLogin(answer)
                #expect(try await server.access.get("/api/v1/admin/users", root).status == 200)
                #expect(try await register(server, "second", invite: secret).status == 403)
                #expect(try await server.node.firstAccountLink() == nil)
            }
        }
    }
}
