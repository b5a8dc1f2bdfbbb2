import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Logging in")
    struct LoginTests {
        private static let path = "/api/v1/auth/login"

        private func credentials(_ username: String, _ password: String) -> [String: JSONValue] {
            ["username": .string(username), "password": .string(password)]
        }

        @Test("a login answers with the user and the session, and with the two cookies as the protocol has them")
        func login() async throws {
            try await TestServer.run { server in
                _ = try await server.access.register("alice")
                let fields = credentials("alice", TestLogin.password).merging(["device": "laptop"]) { $1 }
                let answer = try await server.access.call("POST", Self.path, fields)
                #expect(answer.status == 200)
                #expect(
                    answer.json["user"] == .object(["id": "alice", "name": "alice", "role": "user"]))
                let session = try #require(answer.json["session"]?.object)
                #expect(Set(session.keys) == ["id", "device", "created_at", "access_expires_at"])
                #expect(session["device"] == "laptop")
                expectCookies(answer)
                expectSecurityHeaders(answer)
                let ages = answer.cookies.map(\.maximumAge)
                #expect((570...600).contains(ages[0] ?? 0))
                #expect(ages[1] == 14 * 86_400)
            }
        }

        @Test("a token stands in its cookie and nowhere else, and has the three parts of a JWS")
        func tokensStayInCookies() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let answers = [
                    try await server.access.call(
                        "POST", Self.path, credentials("alice", TestLogin.password)),
                    try await server.access.call("POST", "/api/v1/auth/refresh", [:], login),
                    try await server.access.get("/api/v1/me", login),
                    try await server.access.get("/api/v1/sessions", login),
                ]
                for answer in answers {
                    #expect(answer.status == 200)
                    for cookie in answer.cookies {
                        #expect(cookie.value.split(separator: ".").count == 3)
                        #expect(!answer.text.contains(cookie.value))
                    }
                    #expect(!answer.text.contains(login.access) && !answer.text.contains(login.refresh))
                    #expect(!answer.text.contains("eyJ"))
                }
            }
        }

        @Test("a wrong password, an unknown user and a disabled account get the same answer, word for word")
        func equalRefusals() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                _ = try await server.access.register("alice")
                _ = try await server.access.register("bob")
                #expect(
                    try await server.access.call("POST", "/api/v1/admin/users/bob/disable", [:], root).status == 200)
                var bodies: Set<JSONValue> = []
                for (name, password) in [
                    ("alice", "wrong password 1"), ("nobody", TestLogin.password), ("bob", TestLogin.password),
                    ("No Such!", TestLogin.password), ("alice", ""), ("alice", String(repeating: "x", count: 5000)),
                ] {
                    let answer = try await server.access.call("POST", Self.path, credentials(name, password))
                    expectProblem(answer, 401, "invalid_credentials", "\(name)")
                    #expect(answer.cookies.isEmpty)
                    var document = try #require(answer.json.object)
                    document["request_id"] = nil
                    bodies.insert(.object(document))
                }
                #expect(bodies.count == 1)
            }
        }

        @Test("an unknown user costs as much time as a wrong password")
        func equalTime() async throws {
            try await TestServer.run { server in
                _ = try await server.access.register("alice")
                var times: [String: [Duration]] = ["alice": [], "nobody": []]
                for _ in 0..<4 {
                    for name in ["alice", "nobody"] {
                        let time = try await ContinuousClock().measure {
                            _ = try await server.access.call("POST", Self.path, credentials(name, "wrong password"))
                        }
                        times[name]?.append(time)
                    }
                }
                // The fastest of each is the one that nothing else of the machine disturbed.
                let known = try #require(times["alice"]?.min())
                let unknown = try #require(times["nobody"]?.min())
                #expect(unknown > known * 0.5 && unknown < known * 2, "known \(known), unknown \(unknown)")
            }
        }

        @Test("too many wrong passwords shut out the user, even with the right one, until the window ends")
        func throttle() async throws {
            let clock = TestClock()
            let settings = ["limits.login_attempts": "3", "limits.login_window": "5m"]
            try await TestServer.run(settings, clock: clock.wallClock) { server in
                _ = try await server.access.register("alice")
                _ = try await server.access.register("bob")
                for _ in 0..<3 {
                    let answer = try await server.access.call("POST", Self.path, credentials("alice", "wrong words"))
                    expectProblem(answer, 401, "invalid_credentials")
                }
                let answer = try await server.access.call("POST", Self.path, credentials("alice", TestLogin.password))
                expectProblem(answer, 429, "too_many_requests")
                #expect((1...300).contains(answer.header("retry-after").flatMap { Int($0) } ?? 0))
                #expect(answer.cookies.isEmpty)
                // The address is at home with this account, too.
                _ = try await server.access.login("bob")
                clock.advance(bySeconds: 301)
                _ = try await server.access.login("alice")
            }
        }

        @Test("more requests at once than limits.requests_per_second allows are answered 429 with Retry-After")
        func requestRate() async throws {
            try await TestServer.run(["limits.requests_per_second": "2"]) { server in
                let login = try await server.access.register("alice")
                var refused: RawResponse?
                for _ in 0..<30 where refused == nil {
                    let answer = try await server.access.get("/api/v1/me", login)
                    if answer.status != 200 { refused = answer }
                }
                let answer = try #require(refused)
                expectProblem(answer, 429, "too_many_requests")
                #expect(answer.header("retry-after") == "1")
            }
        }

        @Test("a missing field, or one of another type, is named")
        func fields() async throws {
            try await TestServer.run { server in
                let cases: [(json: [String: JSONValue], field: String)] = [
                    ([:], "username"), (["username": "alice"], "password"),
                    (["username": 1, "password": "x"], "username"),
                    (["username": "alice", "password": nil], "password"),
                    (["username": "alice", "password": "x", "device": 5], "device"),
                ]
                for (json, field) in cases {
                    expectProblem(
                        try await server.access.call("POST", Self.path, json), 400, "invalid_field", field: field)
                }
            }
        }
    }
}
