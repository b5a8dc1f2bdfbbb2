import NIOConcurrencyHelpers
import NIOHTTP1
import Testing

@testable import ParleyClient

@Suite(.timeLimit(.minutes(1))) struct ParleyClientTests {
    @Test("Login sends the fields, keeps the cookies and sends them where they belong")
    func login() async throws {
        let script = SignInScript()
        let server = try await ScriptedServer(http: { request in
            request.path == "/api/v1/me" ? .init(body: #"{"id":"alice"}"#) : script.answer(request)
        }).start()
        let client = try server.client()
        let signedIn = try await client.login(username: "alice", password: "p\"w", totp: "123456")
        #expect(signedIn.user.id == "alice")
        #expect(signedIn.session.accessExpiresAt == "2026-01-01T00:10:00.000Z")
        let me = try await client.request("GET", "/api/v1/me")
        #expect(try me.json()["id"]?.string == "alice")
        try await client.refresh()
        try await client.request("GET", "/api/v1/me")
        let requests = server.requests
        let body = try ClientResponse(status: 0, headers: [], body: Array(requests[0].body.utf8)).json()
        #expect(body == ["username": "alice", "password": "p\"w", "totp": "123456", "device": "test"])
        #expect(requests[0].headers["content-type"] == ["application/json"])
        #expect(requests[0].headers["cookie"] == [])
        #expect(requests[1].headers["cookie"] == ["__Host-parley_access=login-1"])
        #expect(requests[2].headers["cookie"] == ["__Host-parley_access=login-1; __Secure-parley_refresh=r-login-1"])
        #expect(requests[3].headers["cookie"] == ["__Host-parley_access=refresh-1"])
        #expect(server.connections == 1)
        #expect(!"\(client)".contains("login-1") && !"\(signedIn)".contains("login-1"))
        #expect(me.headers.allSatisfy { $0.name.lowercased() != "set-cookie" })
        await client.shutDown()
        await server.stop()
    }

    @Test("A refused login is a problem with its code and its wait")
    func problem() async throws {
        let server = try await ScriptedServer(http: { _ in
            SignInScript.problem(429, "rate_limited", headers: [("retry-after", "7")])
        }).start()
        let client = try server.client()
        let expected = ProblemError(
            status: 429, code: "rate_limited", title: "No", detail: "why", requestID: "r1", retryAfter: .seconds(7))
        await #expect(throws: expected) { try await client.login(username: "a", password: "b") }
        #expect(await client.isLoggedIn == false)
        await client.shutDown()
        await server.stop()
    }

    @Test("An expired access token is renewed and the request repeated")
    func expired() async throws {
        let script = SignInScript()
        let server = try await ScriptedServer(http: { request in
            guard request.path == "/api/v1/me" else { return script.answer(request) }
            let isRenewed = request.headers.first(name: "cookie")?.contains("refresh-1") == true
            return isRenewed ? .init(body: "{}") : SignInScript.problem(401, "token_expired")
        }).start()
        let client = try await server.loggedInClient()
        #expect(try await client.request("GET", "/api/v1/me").status == 200)
        #expect(script.refreshes == 1)
        await client.shutDown()
        await server.stop()
    }

    @Test("Refreshes at the same time share one request")
    func sharedRefresh() async throws {
        let script = SignInScript()
        let server = try await ScriptedServer(http: script.answer).start()
        let client = try await server.loggedInClient()
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { try await client.refresh() } }
            try await group.waitForAll()
        }
        #expect(script.refreshes < 20)
        #expect(server.requests.count == 1 + script.refreshes)
        await client.shutDown()
        await server.stop()
    }

    @Test("The token is renewed by itself before it runs out")
    func background() async throws {
        let script = SignInScript(accessLife: 1)
        let server = try await ScriptedServer(http: script.answer).start()
        let client = try await server.loggedInClient()
        for await number in script.refreshed where number == 2 { break }
        await client.shutDown()
        await server.stop()
    }

    @Test("A refused refresh ends the session and forgets the cookies")
    func refusedRefresh() async throws {
        let script = SignInScript()
        let server = try await ScriptedServer(http: script.answer).start()
        let client = try await server.loggedInClient()
        script.refusal.withLockedValue { $0 = SignInScript.problem(401, "refresh_reuse") }
        let expected = ProblemError(status: 401, code: "refresh_reuse", title: "No", detail: "why", requestID: "r1")
        await #expect(throws: expected) { try await client.refresh() }
        await #expect(throws: ClientError(.notLoggedIn, "")) { try await client.refresh() }
        #expect(await client.isLoggedIn == false)
        await client.shutDown()
        await server.stop()
    }

    @Test("Logout names the session to the server and forgets the cookies")
    func logout() async throws {
        let script = SignInScript()
        let server = try await ScriptedServer(http: script.answer).start()
        let client = try await server.loggedInClient()
        try await client.logout()
        #expect(await client.isLoggedIn == false)
        let last = try #require(server.requests.last)
        #expect(last.headers.first(name: "cookie")?.contains("r-login-1") == true)
        #expect(last.headers["content-length"] == ["0"])
        await client.shutDown()
        await server.stop()
    }

    @Test("A connection that the server ended between requests is replaced")
    func staleConnection() async throws {
        let server = try await ScriptedServer(http: { request in
            .init(headers: request.path == "/close" ? [("connection", "close")] : [], body: "{}")
        }).start()
        let client = try server.client()
        try await client.request("GET", "/close")
        try await client.request("POST", "/after")
        #expect(server.requests.map(\.path) == ["/close", "/after"])
        #expect(server.connections == 2)
        await client.shutDown()
        await server.stop()
    }

    @Test("A request that met a dying connection is repeated only where that cannot do its work twice")
    func repetition() async throws {
        let counts = NIOLockedValueBox<[String: Int]>([:])
        let server = try await ScriptedServer(http: { request in
            let count = counts.withLockedValue { counts in
                counts[request.method + request.path, default: 0] += 1
                return counts[request.method + request.path, default: 0]
            }
            return .init(body: "{}", vanishes: request.path == "/vanish" && count == 1)
        }).start()
        let client = try server.client()
        try await client.request("GET", "/first")
        #expect(try await client.request("GET", "/vanish").status == 200)
        await #expect(throws: ClientError(.connectionClosed, "")) { try await client.request("POST", "/vanish") }
        #expect(counts.withLockedValue { $0 } == ["GET/first": 1, "GET/vanish": 2, "POST/vanish": 1])
        await client.shutDown()
        await server.stop()
    }

    @Test("Requests at the same time wait for each other on one connection and get their own answers")
    func concurrency() async throws {
        let server = try await ScriptedServer(http: { .init(body: "\"\($0.path)\"") }).start()
        let client = try server.client()
        try await client.request("GET", "/warm")
        try await withThrowingTaskGroup { group in
            for number in 0..<50 {
                group.addTask {
                    let response = try await client.request("GET", "/\(number)")
                    #expect(try response.decode(String.self) == "/\(number)")
                }
            }
            try await group.waitForAll()
        }
        #expect(server.connections == 1)
        await client.shutDown()
        await server.stop()
    }

    @Test("A server that cannot prove itself is told apart from one that is not there")
    func trust() async throws {
        let server = try await ScriptedServer(http: { _ in .init(body: "{}") }).start()
        let stranger = try ParleyClient(url: server.url, trust: .system)
        await #expect(throws: ClientError(.untrustedServer, "")) { try await stranger.request("GET", "/") }
        await #expect(throws: ClientError(.untrustedServer, "")) { try await stranger.connect() }
        let believer = try ParleyClient(url: server.url, trust: .insecureWithoutVerification)
        #expect(try await believer.request("GET", "/").status == 200)
        let url = server.url
        await server.stop()
        let orphan = try ParleyClient(url: url, trust: .insecureWithoutVerification)
        await #expect(throws: ClientError(.connectFailed, "")) { try await orphan.request("GET", "/") }
        #expect(throws: ClientError(.untrustedServer, "")) {
            try ParleyClient(url: "https://localhost", trust: .file("/nonexistent.pem"))
        }
        for client in [stranger, believer, orphan] { await client.shutDown() }
    }

    @Test("A path that would break the request is refused", arguments: ["", "x", "/a b", "/a\r\nx: y", "/é"])
    func paths(path: String) async throws {
        let client = try ParleyClient(url: "https://127.0.0.1:1", trust: .insecureWithoutVerification)
        await #expect(throws: ClientError(.invalidURL, "")) { try await client.request("GET", path) }
        await client.shutDown()
    }

    @Test("After the shutdown nothing is sent")
    func shutDown() async throws {
        let client = try ParleyClient(url: "https://127.0.0.1:1", trust: .insecureWithoutVerification)
        await client.shutDown()
        await #expect(throws: ClientError(.shutDown, "")) { try await client.request("GET", "/") }
    }
}
