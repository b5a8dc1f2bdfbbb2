import ParleyClient
import TestSupport
import TestTools
import Testing

@testable import ParleyServer

extension WholeServer {
    @Suite("Refusing a socket")
    struct UpgradeRefusalTests {
        private func refusal(
            _ server: TestServer, _ headers: [(name: String, value: String)], target: String = "/ws",
            handshake: [(name: String, value: String)] = ServerAccess.handshake
        ) async throws -> RawResponse {
            switch try await server.access.upgrade(headers, target: target, handshake: handshake) {
            case .refused(let answer): return answer
            case .socket(let socket):
                socket.abort()
                throw OpenedAllTheSame()
            }
        }

        private struct OpenedAllTheSame: Error {}

        /// The good handshake with a field changed, or without it.
        private func handshake(_ name: String, _ value: String?) -> [(name: String, value: String)] {
            ServerAccess.handshake.filter { $0.name != name } + (value.map { [(name, $0)] } ?? [])
        }

        @Test("what is no WebSocket handshake is 400, another version 426 with the version to use")
        func malformed() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                for (name, value) in [
                    ("Connection", nil), ("Connection", "keep-alive"), ("Upgrade", nil), ("Upgrade", "h2c"),
                    ("Sec-WebSocket-Key", nil), ("Sec-WebSocket-Key", "short"), ("Sec-WebSocket-Key", ""),
                    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=!"),
                ] {
                    let answer = try await refusal(server, login.headers, handshake: handshake(name, value))
                    expectProblem(answer, 400, "bad_handshake", "\(name): \(value ?? "none")")
                }
                let post = RawRequest("POST", "/ws", headers: ServerAccess.handshake + login.headers)
                expectProblem(try await server.access.send(post), 400, "bad_handshake")
                expectProblem(try await server.access.get("/ws", login), 400, "bad_handshake")
                for version in ["8", "12", "14", "", "13, 8", nil] {
                    let answer = try await refusal(
                        server, login.headers, handshake: handshake("Sec-WebSocket-Version", version))
                    expectProblem(answer, 426, "unsupported_version", "\(version ?? "none")")
                    #expect(answer.header("sec-websocket-version") == "13")
                }
            }
        }

        @Test("another origin is 403, whatever Host says")
        func origins() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                for origin in ForeignOrigins.all(port: server.access.port) {
                    let answer = try await refusal(server, login.headers + [("Origin", origin)])
                    expectProblem(answer, 403, "origin_not_allowed", "\(origin)")
                }
                let own = (name: "Origin", value: server.access.origin)
                expectProblem(
                    try await refusal(server, login.headers + [own, own]), 403, "origin_not_allowed")
                // A page of evil.example whose name was made to lead here.
                let rebound = RawRequest(
                    "GET", "/ws", headers: ServerAccess.handshake + login.headers + [("Origin", "https://evil.example")]
                )
                let connection = try await server.access.connection()
                try await connection.send(rebound.bytes(host: "evil.example"))
                expectProblem(try await connection.answer(), 403, "origin_not_allowed")
                connection.close()
            }
        }

        @Test("without a good token the answer is 401 and says why; other places than the cookie do not count")
        func tokens() async throws {
            let clock = TestClock()
            try await TestServer.run(clock: clock.wallClock) { server in
                let login = try await server.access.register("alice")
                let revoked = try await server.access.login("alice")
                _ = try await server.access.call("POST", "/api/v1/auth/logout", [:], revoked)
                let name = TestLogin.accessName
                let cases: [(headers: [(name: String, value: String)], target: String, code: String)] = [
                    ([], "/ws", "no_token"), ([("Cookie", "\(name)=")], "/ws", "no_token"),
                    ([("Cookie", login.refreshCookie)], "/ws", "no_token"),
                    ([("Authorization", "Bearer \(login.access)")], "/ws", "no_token"),
                    ([], "/ws?token=\(login.access)", "no_token"),
                    ([("Sec-WebSocket-Protocol", "parley.v1, \(login.access)")], "/ws", "no_token"),
                    ([("Cookie", "\(name)=\(login.refresh)")], "/ws", "invalid_token"),
                    ([("Cookie", "\(name)=garbage")], "/ws", "invalid_token"),
                    ([("Cookie", "\(login.accessCookie); \(login.accessCookie)")], "/ws", "invalid_token"),
                    ([("Cookie", login.accessCookie), ("Cookie", login.accessCookie)], "/ws", "invalid_token"),
                    ([("Cookie", revoked.accessCookie)], "/ws", "session_revoked"),
                ]
                for (headers, target, code) in cases {
                    expectProblem(try await refusal(server, headers, target: target), 401, code, "\(headers)")
                }
                clock.advance(bySeconds: 601)
                expectProblem(try await refusal(server, login.headers), 401, "token_expired")
            }
        }

        @Test("a disabled user is 403 account_disabled")
        func disabled() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let login = try await server.access.register("alice")
                _ = try await server.access.call("POST", "/api/v1/admin/users/alice/disable", [:], root)
                expectProblem(try await refusal(server, login.headers), 403, "account_disabled")
            }
        }

        @Test("a user has so many sockets and no more; one that goes makes room for another")
        func socketsOfAUser() async throws {
            try await TestServer.run(["limits.connections_per_user": "3"]) { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                var sockets: [RawSocket] = []
                for _ in 0..<3 { sockets.append(try await server.access.greeted(alice)) }
                let answer = try await refusal(server, alice.headers)
                expectProblem(answer, 429, "too_many_requests")
                #expect(answer.header("retry-after") == "10")
                #expect(answer.json["detail"]?.string?.contains("limits.connections_per_user") == true)
                sockets.append(try await server.access.greeted(bob))
                try await sockets.removeFirst().close()
                try await waitUntil("the place is free again") {
                    guard case .socket(let socket) = try await server.access.upgrade(alice.headers) else {
                        return false
                    }
                    sockets.append(socket)
                    return true
                }
                for socket in sockets { socket.abort() }
            }
        }

        @Test("more upgrades at once than limits.requests_per_second allows are 429")
        func rate() async throws {
            try await TestServer.run(["limits.requests_per_second": "2"]) { server in
                let login = try await server.access.register("alice")
                var refused: RawResponse?
                for _ in 0..<30 where refused == nil {
                    switch try await server.access.upgrade(login.headers) {
                    case .socket(let socket): try await socket.close()
                    case .refused(let answer): refused = answer
                    }
                }
                let answer = try #require(refused)
                expectProblem(answer, 429, "too_many_requests")
                #expect(answer.header("retry-after") != nil)
            }
        }

        @Test("over limits.connections the answer is 503 with Retry-After, and HTTP goes on")
        func capacity() async throws {
            try await TestServer.run(["limits.connections": "2"]) { server in
                let login = try await server.access.register("alice")
                let sockets = [try await server.access.greeted(login), try await server.access.greeted(login)]
                let answer = try await refusal(server, login.headers)
                expectProblem(answer, 503, "overloaded")
                #expect(answer.header("retry-after") == "10")
                #expect(try await server.access.get("/api/v1/me", login).status == 200)
                for socket in sockets { try await socket.close() }
                try await waitUntil("there is room again") {
                    guard case .socket(let socket) = try await server.access.upgrade(login.headers) else {
                        return false
                    }
                    socket.abort()
                    return true
                }
            }
        }

        @Test("the first thing that is wrong decides: handshake, version, origin, token, account, rate")
        func order() async throws {
            try await TestServer.run(["limits.connections_per_user": "1"]) { server in
                let root = try await server.administrator()
                let login = try await server.access.register("alice")
                let evil = [(name: "Origin", value: "https://evil.example")]
                let bad = [(name: "Cookie", value: "\(TestLogin.accessName)=x")]
                let noKey = handshake("Sec-WebSocket-Key", nil).filter { $0.name != "Sec-WebSocket-Version" }
                expectProblem(try await refusal(server, evil + bad, handshake: noKey), 400, "bad_handshake")
                expectProblem(
                    try await refusal(server, evil + bad, handshake: handshake("Sec-WebSocket-Version", "8")), 426,
                    "unsupported_version")
                expectProblem(try await refusal(server, evil + bad), 403, "origin_not_allowed")
                let socket = try await server.access.greeted(login)
                expectProblem(try await refusal(server, bad), 401, "invalid_token")
                expectProblem(try await refusal(server, login.headers), 429, "too_many_requests")
                _ = try await server.access.call("POST", "/api/v1/admin/users/alice/disable", [:], root)
                expectProblem(try await refusal(server, login.headers), 403, "account_disabled")
                socket.abort()
            }
        }

        @Test("a server that is about to stop refuses sockets with 503 and is not ready")
        func draining() async throws {
            let server = try await TestServer.start()
            let login = try await server.access.register("alice")
            server.node.status.stopping()
            let answer = try await refusal(server, login.headers)
            expectProblem(answer, 503, "draining")
            #expect(answer.header("retry-after") == "1")
            expectProblem(try await server.access.get("/readyz"), 503, "draining")
            #expect(try await server.access.get("/healthz").status == 200)
            try await server.stop()
        }
    }
}
