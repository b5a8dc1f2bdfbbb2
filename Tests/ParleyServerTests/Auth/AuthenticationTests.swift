import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Who calls")
    struct AuthenticationTests {
        private func me(
            _ server: TestServer, _ headers: [(name: String, value: String)], query: String = ""
        ) async throws -> RawResponse {
            try await server.access.send(RawRequest("GET", "/api/v1/me" + query, headers: headers))
        }

        @Test("the access cookie alone says who calls")
        func cookie() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let answer = try await me(server, [("Cookie", "theme=dark; \(login.accessCookie); x=y")])
                #expect(answer.status == 200)
                #expect(answer.json["user"] == .object(["id": "alice", "name": "alice", "role": "user"]))
                #expect(answer.json["session"]?["id"]?.string == login.session)
                expectSecurityHeaders(answer)
            }
        }

        @Test("Authorization, the query and the refresh cookie say nothing")
        func otherPlaces() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let cases: [(headers: [(name: String, value: String)], query: String)] = [
                    ([("Authorization", "Bearer \(login.access)")], ""),
                    ([], "?token=\(login.access)&access_token=\(login.access)"),
                    ([("Cookie", login.refreshCookie)], ""),
                    ([("Cookie", "parley_access=\(login.access)")], ""),
                    ([("X-Access-Token", login.access)], ""),
                ]
                for (headers, query) in cases {
                    expectProblem(try await me(server, headers, query: query), 401, "no_token")
                }
            }
        }

        @Test("a token that this server did not issue is invalid_token")
        func invalid() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let parts = login.access.split(separator: ".").map(String.init)
                let other = try await server.access.login("alice").access.split(separator: ".").map(String.init)
                for token in [
                    "x", "a.b.c", login.refresh, login.access + "A", login.access + "=",
                    [parts[0], parts[1], other[2]].joined(separator: "."),
                    [parts[0], other[1], parts[2]].joined(separator: "."),
                    // {"alg":"none","typ":"at+jwt"}
                    ["eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0", parts[1], ""].joined(separator: "."),
                    String(repeating: "A", count: 4000),
                ] {
                    let answer = try await me(server, [("Cookie", "\(TestLogin.accessName)=\(token)")])
                    expectProblem(answer, 401, "invalid_token", "\(token.prefix(40))")
                }
            }
        }

        @Test("a cookie name sent twice is invalid_token, in one field or in two, whatever the values")
        func twice() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let second = "\(TestLogin.accessName)=other"
                for headers in [
                    [(name: "Cookie", value: "\(login.accessCookie); \(login.accessCookie)")],
                    [("Cookie", "\(login.accessCookie); \(second)")],
                    [("Cookie", login.accessCookie), ("Cookie", second)],
                ] {
                    expectProblem(try await me(server, headers), 401, "invalid_token")
                }
            }
        }

        @Test("an access token whose time is over is token_expired; before that it is good")
        func expired() async throws {
            let clock = TestClock()
            try await TestServer.run(clock: clock.wallClock) { server in
                let login = try await server.access.register("alice")
                clock.advance(bySeconds: 560)
                #expect(try await server.access.get("/api/v1/me", login).status == 200)
                clock.advance(bySeconds: 41)
                expectProblem(try await server.access.get("/api/v1/me", login), 401, "token_expired")
            }
        }

        @Test("a disabled user is account_disabled, and enabling revives no session")
        func disabled() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let login = try await server.access.register("alice")
                _ = try await server.access.call("POST", "/api/v1/admin/users/alice/disable", [:], root)
                expectProblem(try await server.access.get("/api/v1/me", login), 403, "account_disabled")
                #expect(
                    try await server.access.call("POST", "/api/v1/admin/users/alice/enable", [:], root).status == 200)
                expectProblem(try await server.access.get("/api/v1/me", login), 401, "session_revoked")
                _ = try await server.access.login("alice")
            }
        }

        @Test("the display name changes, the username does not")
        func rename() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let answer = try await server.access.call("PATCH", "/api/v1/me", ["name": "Alice Älg"], login)
                #expect(answer.status == 200)
                #expect(try await server.access.get("/api/v1/me", login).json["user"]?["name"]?.string == "Alice Älg")
                for name: JSONValue in ["", "a\u{7}b", .string(String(repeating: "n", count: 500)), 3, nil] {
                    expectProblem(
                        try await server.access.call("PATCH", "/api/v1/me", ["name": name], login), 400,
                        "invalid_field", field: "name")
                }
            }
        }
    }
}
