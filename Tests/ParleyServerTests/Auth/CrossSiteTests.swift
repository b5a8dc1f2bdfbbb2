import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Requests of other sites")
    struct CrossSiteTests {
        private func logIn(
            _ server: TestServer, _ headers: [(name: String, value: String)]
        ) async throws -> RawResponse {
            let json: JSONValue = .object(["username": "alice", "password": .string(TestLogin.password)])
            return try await server.access.send(
                try RawRequest("POST", "/api/v1/auth/login", json: json, headers: headers))
        }

        @Test("every change from another origin is refused, login included, before anything else is looked at")
        func origins() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                for origin in ForeignOrigins.all(port: server.access.port) {
                    expectProblem(
                        try await logIn(server, [("Origin", origin)]), 403, "origin_not_allowed", "\(origin)")
                }
                for (method, path) in [
                    ("POST", "/api/v1/auth/refresh"), ("POST", "/api/v1/auth/logout"),
                    ("POST", "/api/v1/auth/register"),
                    ("PATCH", "/api/v1/me"), ("DELETE", "/api/v1/sessions"), ("POST", "/api/v1/rooms"),
                ] {
                    let request = RawRequest(
                        method, path, headers: login.headers + [("Origin", "https://evil.example")])
                    expectProblem(try await server.access.send(request), 403, "origin_not_allowed", "\(path)")
                }
                // Nothing of it took effect.
                #expect(try await server.access.get("/api/v1/me", login).status == 200)
            }
        }

        @Test("two Origin fields are refused, even of the right one")
        func twoOrigins() async throws {
            try await TestServer.run { server in
                _ = try await server.access.register("alice")
                let origin = (name: "Origin", value: server.access.origin)
                expectProblem(try await logIn(server, [origin, origin]), 403, "origin_not_allowed")
            }
        }

        @Test("Sec-Fetch-Site: cross-site is refused; the other values, and none, are not")
        func fetchMetadata() async throws {
            try await TestServer.run { server in
                _ = try await server.access.register("alice")
                for value in ["cross-site", "Cross-Site"] {
                    expectProblem(
                        try await logIn(server, [("Sec-Fetch-Site", value)]), 403, "origin_not_allowed")
                }
                for value in ["same-origin", "none"] {
                    #expect(try await logIn(server, [("Sec-Fetch-Site", value)]).status == 200)
                }
            }
        }

        @Test("the server's own origins are allowed")
        func ownOrigins() async throws {
            try await TestServer.run { server in
                _ = try await server.access.register("alice")
                for host in ["localhost", "127.0.0.1", "[::1]"] {
                    let answer = try await logIn(server, [("Origin", "https://\(host):\(server.access.port)")])
                    #expect(answer.status == 200)
                }
            }
        }

        @Test("a list of allowed origins takes the place of the defaults")
        func configuredOrigins() async throws {
            try await TestServer.run(["server.allowed_origins": "https://chat.example"]) { server in
                let login = try await server.access.register("alice")
                #expect(try await logIn(server, [("Origin", "https://chat.example")]).status == 200)
                expectProblem(
                    try await logIn(server, [("Origin", server.access.origin)]), 403, "origin_not_allowed")
                let socket = try await server.access.socket(login, headers: [("Origin", "https://chat.example")])
                try await socket.close()
            }
        }

        @Test("a read may come from anywhere: browsers keep the answer from the other page")
        func reads() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let request = RawRequest(
                    "GET", "/api/v1/me", headers: login.headers + [("Origin", "https://evil.example")])
                let answer = try await server.access.send(request)
                #expect(answer.status == 200)
                #expect(answer.header("access-control-allow-origin") == nil)
            }
        }
    }
}

/// Origins that are not the server's, some of which look much like it.
enum ForeignOrigins {
    static func all(port: Int) -> [String] {
        [
            "https://evil.example", "null", "", "https://localhost", "https://localhost:\(port + 1)",
            "http://localhost:\(port)", "https://localhost:\(port).evil.example",
            "https://localhost.evil.example:\(port)",
            "https://evil.example#https://localhost:\(port)", "https://localhost:\(port)/", "HTTPS://localhost:\(port)",
            "https://LOCALHOST:\(port)", "https://localhost:0\(port)", "https://user@localhost:\(port)",
            "https://127.0.0.2:\(port)", "https://127.1:\(port)", "https://[::ffff:127.0.0.1]:\(port)",
            "wss://localhost:\(port)", "https://localhost:\(port), https://localhost:\(port)", "file://", "*",
            "localhost:\(port)", "//localhost:\(port)", "https://lоcalhost:\(port)",
            // A trailing dot, other spellings of the same host, and of the same in Punycode or percent signs.
            "https://localhost.:\(port)", "https://localhost\u{3002}:\(port)", "https://xn--lcalhost-54h:\(port)",
            "https://loc%61lhost:\(port)", "https://ｌocalhost:\(port)", "https://[0:0:0:0:0:0:0:1]:\(port)",
            "https://[::1%25lo]:\(port)", "https://0x7f.0.0.1:\(port)", "https://2130706433:\(port)",
            // What stands before or behind the host.
            "https://evil-localhost:\(port)", "https://evil.localhost:\(port)", "https://localhostevil:\(port)",
            "https://localhost@evil.example:\(port)", "https://localhost:\(port)@evil.example",
            "https://@localhost:\(port)",
            "https://:@localhost:\(port)", "https://evil.example/https://localhost:\(port)",
            "https://localhost:\(port)?", "https://localhost:\(port)#", "https://localhost:\(port)//",
            "https://localhost:\(port)\\@evil.example", "https:\\\\localhost:\(port)",
            // Other ports and schemes, and no or two of them.
            "https://localhost:", "https://localhost:443", "https://localhost:+\(port)", "https://localhost:\(port)0",
            "https://localhost: \(port)", "https://localhost:\(port):\(port)", "ws://localhost:\(port)",
            "ftp://localhost:\(port)", "https:localhost:\(port)", "https:/localhost:\(port)", "://localhost:\(port)",
            "blob:https://localhost:\(port)", "chrome-extension://localhost:\(port)", "data:text/html,x", "about:blank",
            // What a list would be.
            "https://localhost:\(port) https://evil.example", "https://evil.example https://localhost:\(port)",
            "https://localhost:\(port);", "Null", "NULL", "undefined", "https://", "https://*:\(port)",
            "https://localhost:\(port)\t.evil.example",
        ]
    }
}
