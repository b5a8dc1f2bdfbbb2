import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Logging out")
    struct LogoutTests {
        private func logout(_ server: TestServer, _ cookie: String?) async throws -> RawResponse {
            let headers = cookie.map { [(name: "Cookie", value: $0)] } ?? []
            return try await server.access.send(RawRequest("POST", "/api/v1/auth/logout", headers: headers))
        }

        @Test("a logout clears the cookies, ends the session and closes its sockets before it answers")
        func logout() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let other = try await server.access.login("alice")
                let sockets = [try await server.access.greeted(login), try await server.access.greeted(login)]
                let stays = try await server.access.greeted(other)
                let answer = try await logout(server, login.accessCookie + "; " + login.refreshCookie)
                #expect(answer.status == 204 && answer.body.isEmpty)
                expectClearedCookies(answer)
                expectSecurityHeaders(answer)
                for socket in sockets { #expect(try await socket.closeCode() == 4501) }
                expectProblem(try await server.access.get("/api/v1/me", login), 401, "session_revoked")
                #expect(try await stays.ask("ping")["type"]?.string == "pong")
                try await stays.close()
            }
        }

        @Test("either cookie is enough", arguments: [true, false])
        func eitherCookie(isAccess: Bool) async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let answer = try await logout(server, isAccess ? login.accessCookie : login.refreshCookie)
                #expect(answer.status == 204)
                expectProblem(try await server.access.get("/api/v1/me", login), 401, "session_revoked")
            }
        }

        @Test("cookies of two sessions end both")
        func twoSessions() async throws {
            try await TestServer.run { server in
                let first = try await server.access.register("alice")
                let second = try await server.access.login("alice")
                _ = try await logout(server, first.accessCookie + "; " + second.refreshCookie)
                for login in [first, second] {
                    expectProblem(try await server.access.get("/api/v1/me", login), 401, "session_revoked")
                }
            }
        }

        @Test("nothing, garbage and a logout that was done already are 204 again")
        func idempotent() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                for cookie in [
                    nil, "\(TestLogin.accessName)=garbage", "\(login.accessCookie); \(login.accessCookie)",
                    login.accessCookie, login.accessCookie,
                ] {
                    let answer = try await logout(server, cookie)
                    #expect(answer.status == 204)
                    expectClearedCookies(answer)
                }
            }
        }
    }
}
