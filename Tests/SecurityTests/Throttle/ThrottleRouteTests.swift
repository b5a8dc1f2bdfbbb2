import Foundation
import Identity
import ParleyClient
import ParleyServer
import TestSupport
import TestTools
import Testing

@Suite("Throttled logins over HTTP")
struct ThrottleRouteTests {
    private let settings = ["server.trusted_proxies": "127.0.0.1"]

    private func login(
        _ server: TestServer, _ user: String, _ password: String, from address: String
    ) async throws -> RawResponse {
        try await server.access.send(
            try RawRequest(
                "POST", "/api/v1/auth/login",
                json: .object(["username": .string(user), "password": .string(password)]),
                headers: [("X-Forwarded-For", address)]))
    }

    @Test("the right password is refused, too, while the window lasts, with the time until its end")
    func rightPassword() async throws {
        let clock = TestClock()
        try await TestServer.run(settings, clock: clock.wallClock) { server in
            _ = try await server.access.register("alice")
            for _ in 0..<5 {
                #expect(try await login(server, "alice", "wrong words", from: "198.51.100.1").status == 401)
            }
            for password in ["wrong words", TestLogin.password] {
                for address in ["198.51.100.1", "198.51.100.2"] {
                    let answer = try await login(server, "alice", password, from: address)
                    #expect(answer.status == 429 && answer.code == "too_many_requests")
                    #expect((290...300).contains(answer.header("retry-after").flatMap { Int($0) } ?? 0))
                    #expect(answer.cookies.isEmpty)
                }
            }
            // Unknown names are answered in the same way.
            for index in 0..<6 {
                let answer = try await login(server, "nobody", "wrong words", from: "198.51.100.3")
                #expect(answer.status == (index < 5 ? 401 : 429))
            }
            clock.advance(bySeconds: 301)
            #expect(try await login(server, "alice", TestLogin.password, from: "198.51.100.2").status == 200)
        }
    }

    @Test(
        "a stranger cannot lock out who logged in from elsewhere within 30 days; after that the address is a stranger's"
    )
    func knownAddress() async throws {
        let clock = TestClock()
        try await TestServer.run(settings, clock: clock.wallClock) { server in
            _ = try await server.access.register("alice")
            #expect(try await login(server, "alice", TestLogin.password, from: "192.0.2.7").status == 200)
            #expect(try await login(server, "alice", TestLogin.password, from: "2001:db8:1:2::7").status == 200)
            for _ in 0..<5 { _ = try await login(server, "alice", "wrong words", from: "198.51.100.1") }
            #expect(try await login(server, "alice", TestLogin.password, from: "198.51.100.1").status == 429)
            #expect(try await login(server, "alice", TestLogin.password, from: "192.0.2.7").status == 200)
            // The same network of 64 bits, another address in it.
            #expect(try await login(server, "alice", TestLogin.password, from: "2001:db8:1:2:ffff::1").status == 200)
            #expect(try await login(server, "alice", TestLogin.password, from: "2001:db8:1:3::1").status == 429)
            clock.advance(bySeconds: 31 * 86_400)
            try await server.node.authority.prune()
            for _ in 0..<5 { _ = try await login(server, "alice", "wrong words", from: "198.51.100.1") }
            #expect(try await login(server, "alice", TestLogin.password, from: "192.0.2.7").status == 429)
        }
    }

    @Test("wrong passwords of who is logged in count for the session, from however many addresses")
    func passwordChange() async throws {
        try await TestServer.run(settings) { server in
            let alice = try await server.access.register("alice")
            func guess(_ index: Int, _ login: TestLogin) async throws -> RawResponse {
                let headers = login.headers + [("X-Forwarded-For", "2001:db8:0:\(index)::1")]
                guard index.isMultiple(of: 2) else {
                    return try await server.access.send(
                        try RawRequest(
                            "DELETE", "/api/v1/me/totp", json: ["password": "wrong words"], headers: headers))
                }
                return try await server.access.send(
                    try RawRequest(
                        "POST", "/api/v1/me/password", json: ["current": "wrong words", "new": "another good one"],
                        headers: headers))
            }
            for index in 0..<8 { #expect(try await guess(index, alice).status == (index < 5 ? 400 : 429)) }
            let list = try await ParleyExecutable.run(
                ["throttle", "list", "--json"], data: server.node.configuration.data.directory)
            #expect(list.output.contains(#""kind":"session""#) && !list.output.contains(alice.session))
            // Who knows the password logs in, and has windows again.
            #expect(try await guess(9, server.access.login("alice")).status == 400)
        }
    }

    @Test("failed logins to names that nobody has are recorded up to sixty times a minute, and then counted")
    func unknownNames() async throws {
        let clock = TestClock()
        try await TestServer.run(settings, clock: clock.wallClock) { server in
            let root = try await server.administrator()
            func recorded() async throws -> [JSONValue] {
                try await server.node.audit.flush()
                let list = try await server.access.get("/api/v1/admin/audit?kind=login_failed&limit=200", root)
                return list.json["items"]?.array ?? []
            }
            for index in 0..<63 {
                let answer = try await login(server, "nobody\(index)", "wrong words", from: "198.51.100.\(index)")
                #expect(answer.status == 401)
            }
            // Of an account there is an end anyway.
            #expect(try await login(server, "root", "wrong words", from: "198.51.100.99").status == 401)
            #expect(try await recorded().count == 61)
            clock.advance(bySeconds: 61)
            _ = try await login(server, "nobody", "wrong words", from: "198.51.100.100")
            #expect(try await recorded().last?["details"]?["suppressed"]?.integer == 3)
        }
    }

    @Test("parley throttle lists and clears")
    func commands() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.file("data")
        try await TestServer.run(settings, directory: directory) { server in
            _ = try await server.access.register("alice")
            for _ in 0..<5 { _ = try await login(server, "alice", "wrong words", from: "198.51.100.1") }
            let list = try await ParleyExecutable.run(["throttle", "list", "--json"], data: data)
            let items = try JSONDecoder().decode(JSONValue.self, from: Data(list.output.utf8))["items"]?.array ?? []
            #expect(items.count == 2)
            #expect(items[0]["kind"] == "account" && items[0]["user"] == "alice" && items[0]["failures"]?.integer == 5)
            #expect(items[0]["refused_until"]?.string != nil)
            #expect(items[1]["kind"] == "address" && items[1]["address"] == "198.51.100.1")
            #expect(try await ParleyExecutable.run(["throttle", "clear"], data: data).status == 64)
            let cleared = try await ParleyExecutable.run(
                ["throttle", "clear", "--user", "alice", "--json"], data: data)
            #expect(cleared.output == "{\"cleared\":1}\n")
            #expect(try await login(server, "alice", TestLogin.password, from: "198.51.100.9").status == 200)
            let table = try await ParleyExecutable.run(["throttle", "list"], data: data)
            #expect(table.status == 0 && table.output.contains("198.51.100.1"))
        }
    }
}
