import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Refreshing")
    struct RefreshTests {
        private func refresh(_ server: TestServer, _ cookie: String?) async throws -> RawResponse {
            let headers = cookie.map { [(name: "Cookie", value: $0)] } ?? []
            return try await server.access.send(RawRequest("POST", "/api/v1/auth/refresh", headers: headers))
        }

        @Test("a refresh gives new tokens of the same session, and they work")
        func renews() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let answer = try await refresh(server, login.refreshCookie)
                #expect(answer.status == 200)
                expectCookies(answer)
                expectSecurityHeaders(answer)
                let renewed = try TestLogin(answer)
                #expect(renewed.session == login.session && renewed.username == "alice")
                #expect(renewed.access != login.access && renewed.refresh != login.refresh)
                #expect(try await server.access.get("/api/v1/me", renewed).status == 200)
            }
        }

        @Test("the last token but one still works for 30 seconds after the move, and the session does not fork")
        func grace() async throws {
            let clock = TestClock()
            try await TestServer.run(clock: clock.wallClock) { server in
                let login = try await server.access.register("alice")
                let first = try TestLogin(await refresh(server, login.refreshCookie))
                clock.advance(bySeconds: 25)
                let second = try TestLogin(await refresh(server, login.refreshCookie))
                #expect(second.session == first.session)
                // Both are of the present generation: either moves the session, once.
                let third = try TestLogin(await refresh(server, first.refreshCookie))
                let again = try TestLogin(await refresh(server, second.refreshCookie))
                #expect(again.session == third.session)
                #expect(try await refresh(server, third.refreshCookie).status == 200)
            }
        }

        @Test("several tabs that refresh at once all get tokens of the same session")
        func tabs() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let sessions = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<8 {
                        group.addTask { try TestLogin(await refresh(server, login.refreshCookie)).session }
                    }
                    return try await group.reduce(into: Set()) { $0.insert($1) }
                }
                #expect(sessions == [login.session])
            }
        }

        @Test("an old refresh token ends the session: 401, cookies cleared, sockets 4501, nothing of it works any more")
        func reuse() async throws {
            let clock = TestClock()
            try await TestServer.run(clock: clock.wallClock) { server in
                let login = try await server.access.register("alice")
                let socket = try await server.access.greeted(login)
                let renewed = try TestLogin(await refresh(server, login.refreshCookie))
                clock.advance(bySeconds: 31)
                let answer = try await refresh(server, login.refreshCookie)
                expectProblem(answer, 401, "refresh_reuse")
                expectClearedCookies(answer)
                #expect(try await socket.closeCode() == 4501)
                expectProblem(try await server.access.get("/api/v1/me", renewed), 401, "session_revoked")
                let later = try await refresh(server, renewed.refreshCookie)
                expectProblem(later, 401, "session_revoked")
                expectClearedCookies(later)
            }
        }

        @Test("a generation before the last one is reuse at once")
        func olderGeneration() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let second = try TestLogin(await refresh(server, login.refreshCookie))
                _ = try TestLogin(await refresh(server, second.refreshCookie))
                expectProblem(try await refresh(server, login.refreshCookie), 401, "refresh_reuse")
            }
        }

        @Test("without a good refresh token the answer is 401 and both cookies are cleared")
        func refusals() async throws {
            let clock = TestClock()
            try await TestServer.run(clock: clock.wallClock) { server in
                let login = try await server.access.register("alice")
                let name = TestLogin.refreshName
                let cases: [(cookie: String?, code: String)] = [
                    (nil, "no_token"), ("\(name)=", "no_token"), ("\(name)=garbage", "invalid_token"),
                    ("\(name)=\(login.access)", "invalid_token"), (login.accessCookie, "no_token"),
                    ("\(login.refreshCookie); \(login.refreshCookie)", "invalid_token"),
                ]
                for (cookie, code) in cases {
                    let answer = try await refresh(server, cookie)
                    expectProblem(answer, 401, code, "\(cookie?.prefix(40) ?? "none")")
                    expectClearedCookies(answer)
                }
                clock.advance(bySeconds: 14 * 86_400 + 1)
                let late = try await refresh(server, login.refreshCookie)
                #expect(late.status == 401)
                expectClearedCookies(late)
            }
        }

        @Test("a refresh never outlives the login by more than the absolute lifetime")
        func absoluteLifetime() async throws {
            let clock = TestClock()
            let settings = ["tokens.refresh_idle_lifetime": "2d", "tokens.refresh_absolute_lifetime": "3d"]
            try await TestServer.run(settings, clock: clock.wallClock) { server in
                let login = try await server.access.register("alice")
                clock.advance(bySeconds: 36 * 3600)
                let answer = try await refresh(server, login.refreshCookie)
                let age = answer.cookies.last?.maximumAge ?? 0
                #expect((36 * 3600 - 30...36 * 3600).contains(age))
            }
        }
    }
}
