import Identity
import ParleyClient
import ParleyServer
import TestSupport
import Testing

extension WholeServer {
    @Suite("Bots")
    struct BotTests {
        private let path = "/api/v1/admin/bots"

        /// Makes a bot; its key.
        private func bot(
            _ server: TestServer, _ root: TestLogin, _ name: String = "deploy", addresses: [JSONValue] = ["127.0.0.1"]
        ) async throws -> String {
            let answer = try await server.access.call(
                "POST", path, ["username": .string(name), "addresses": .array(addresses)], root)
            #expect(answer.status == 201, "\(answer.text)")
            return try #require(answer.json["key"]?.string)
        }

        private func login(_ server: TestServer, _ key: String) async throws -> RawResponse {
            try await server.access.call("POST", "/api/v1/auth/bot", ["key": .string(key), "device": "ci"])
        }

        @Test("a bot exchanges its key for the usual cookies, speaks, and is known as a bot")
        func roundTrip() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let key = try await bot(server, root)
                #expect(key.hasPrefix("deploy:"))
                let answer = try await login(server, key)
                #expect(answer.status == 200 && answer.json["user"]?["bot"]?.bool == true)
                expectCookies(answer)
                expectSecurityHeaders(answer)
                let login = try TestLogin(answer)
                let sent = try await server.access.call(
                    "POST", "/api/v1/rooms/general/messages", ["text": "built"], login)
                #expect(sent.status == 201)
                let directory = try await server.access.get("/api/v1/users/deploy", root)
                #expect(directory.json["user"]?["bot"]?.bool == true)
                #expect(directory.json["user"]?["role"]?.string == "user")
                #expect(try await server.access.get("/api/v1/users/root", root).json["user"]?["bot"] == nil)
                let socket = try await server.access.greeted(login)
                try await socket.close()
                let list = try await server.access.get(path, root)
                #expect(list.json["items"]?.array?.count == 1 && !list.text.contains(key.dropFirst(7)))
                #expect(list.json["items"]?[0]?["addresses"] == ["127.0.0.1/32"])
            }
        }

        @Test("a client logs in with a bot's key")
        func client() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let client = try server.client()
                let signedIn = try await client.login(botKey: try await bot(server, root))
                #expect(signedIn.user.id == "deploy" && signedIn.user.bot == true)
                let connection = try await client.connect()
                try await connection.send("general", "hi")
                try await client.logout()
                await #expect(throws: ProblemError.self) { try await client.login(botKey: "deploy:x") }
                await client.shutDown()
            }
        }

        @Test("a key that is not good is invalid_credentials, whatever is wrong with it")
        func wrongKeys() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let key = try await bot(server, root)
                let secret = key.dropFirst(7)
                var keys = ["", "deploy", "deploy:", ":\(secret)", "root:\(secret)", "nobody:\(secret)", key + "x"]
                keys += [key + ":", "DEPLOY:\(secret)", "deploy:" + String(repeating: "A", count: 43)]
                for wrong in keys {
                    expectProblem(try await login(server, wrong), 401, "invalid_credentials", "\(wrong)")
                }
                expectProblem(
                    try await server.access.call("POST", "/api/v1/auth/bot", [:]), 400, "invalid_field", field: "key")
                // No password fits a bot, and none can be set.
                for password in ["", TestLogin.password, String(secret)] {
                    let answer = try await server.access.call(
                        "POST", "/api/v1/auth/login", ["username": "deploy", "password": .string(password)])
                    expectProblem(answer, 401, "invalid_credentials")
                }
                let body: [String: JSONValue] = ["password": .string(TestLogin.password)]
                expectProblem(
                    try await server.access.call("PUT", "/api/v1/admin/users/deploy/password", body, root), 400,
                    "invalid_field", field: "user")
                expectProblem(
                    try await server.access.call("PUT", "/api/v1/admin/users/deploy/role", ["role": "admin"], root),
                    400, "invalid_field", field: "role")
                let login = try TestLogin(try await login(server, key))
                expectProblem(
                    try await server.access.call(
                        "POST", "/api/v1/me/password",
                        ["current": "wrong password", "new": .string(TestLogin.password)], login),
                    400, "invalid_field", field: "current")
            }
        }

        @Test("a bot is bound to its addresses: its key, its cookies and its sockets are no good from elsewhere")
        func addresses() async throws {
            let settings = ["server.trusted_proxies": "127.0.0.1/32"]
            try await TestServer.run(settings) { server in
                let root = try await server.administrator()
                let key = try await bot(server, root, addresses: ["10.1.0.0/16", "2001:db8::/32"])
                func from(_ address: String, _ request: RawRequest) async throws -> RawResponse {
                    var request = request
                    request.headers.append(("X-Forwarded-For", address))
                    return try await server.access.send(request)
                }
                let exchange = try RawRequest("POST", "/api/v1/auth/bot", json: ["key": .string(key)])
                for address in ["10.2.0.1", "192.0.2.1", "2001:db9::1", "garbage"] {
                    expectProblem(try await from(address, exchange), 403, "address_not_allowed", "\(address)")
                }
                let login = try TestLogin(try await from("10.1.2.3", exchange))
                #expect(try await from("2001:db8::7", exchange).status == 200)
                let me = RawRequest("GET", "/api/v1/me", headers: login.headers)
                #expect(try await from("10.1.255.1", me).status == 200)
                expectProblem(try await from("10.2.0.1", me), 403, "address_not_allowed")
                // A refresh from elsewhere is refused before it moves the session.
                let refresh = try RawRequest("POST", "/api/v1/auth/refresh", json: [:], headers: login.headers)
                expectProblem(try await from("10.2.0.1", refresh), 403, "address_not_allowed")
                #expect(try await from("10.1.2.3", refresh).status == 200)
                // A stolen key or token leaves a trace; of an address that is none, the proxy's is taken.
                try await server.node.audit.flush()
                for (kind, count) in [("login_failed", 4), ("refresh_refused", 1)] {
                    let audit = try await server.access.get("/api/v1/admin/audit?kind=\(kind)&user=deploy", root)
                    let items = audit.json["items"]?.array ?? []
                    #expect(items.count == count && items.first?["address"]?.string == "10.2.0.1", "\(audit.text)")
                    #expect(items.allSatisfy { $0["details"]?["reason"] == "address_not_allowed" })
                }
                let refused = try await server.access.upgrade(login.headers + [("X-Forwarded-For", "10.2.0.1")])
                guard case .refused(let answer) = refused else {
                    Issue.record("a socket was opened")
                    return
                }
                expectProblem(answer, 403, "address_not_allowed")
                let socket = try await server.access.socket(login, headers: [("X-Forwarded-For", "10.1.2.3")])
                _ = try await socket.event("hello")
                // Bound to other addresses, what was opened before ends.
                let receipt = try await server.access.call(
                    "PUT", "\(path)/deploy/addresses", ["addresses": ["192.0.2.0/24"]], root)
                #expect(receipt.status == 200)
                expectReceipt(receipt.json, sessions: 2, sockets: 1)
                #expect(try await socket.closeCode() == 4501)
                #expect(try await from("192.0.2.9", exchange).status == 200)
            }
        }

        @Test("a new key, a revoked one and a disabled bot end its sessions and sockets, with a receipt")
        func revocation() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let first = try await bot(server, root)
                let socket = try await server.access.greeted(try TestLogin(try await login(server, first)))
                let answer = try await server.access.call("POST", "\(path)/deploy/key", [:], root)
                expectReceipt(try #require(answer.json["receipt"]), sessions: 1, sockets: 1)
                #expect(try await socket.closeCode() == 4501)
                let second = try #require(answer.json["key"]?.string)
                expectProblem(try await login(server, first), 401, "invalid_credentials")
                #expect(try await login(server, second).status == 200)
                let revoked = try await server.access.call("DELETE", "\(path)/deploy/key", [:], root)
                expectReceipt(revoked.json, sessions: 1, sockets: 0)
                expectProblem(try await login(server, second), 401, "invalid_credentials")
                let third = try await server.access.call("POST", "\(path)/deploy/key", [:], root)
                let key = try #require(third.json["key"]?.string)
                #expect(try await login(server, key).status == 200)
                _ = try await server.access.call("POST", "/api/v1/admin/users/deploy/disable", [:], root)
                expectProblem(try await login(server, key), 401, "invalid_credentials")
                _ = try await server.access.call("POST", "/api/v1/admin/users/deploy/enable", [:], root)
                #expect(try await login(server, key).status == 200)
                _ = try await server.access.call("DELETE", "/api/v1/admin/users/deploy", [:], root)
                expectProblem(try await login(server, key), 401, "invalid_credentials")
                for name in ["root", "nobody", "deploy"] {
                    let answer = try await server.access.call("POST", "\(path)/\(name)/key", [:], root)
                    expectProblem(answer, 404, "user_not_found")
                }
                try await server.node.audit.flush()
                for (kind, count) in [("bot_key_made", 2), ("bot_key_revoked", 1)] {
                    let audit = try await server.access.get("/api/v1/admin/audit?kind=\(kind)", root)
                    #expect(audit.json["items"]?.array?.count == count && !audit.text.contains(key.dropFirst(7)))
                }
            }
        }

        @Test("what a bot is made of is checked, and only administrators make one")
        func fields() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let alice = try await server.access.register("alice")
                let good: [String: JSONValue] = ["username": "bot", "addresses": ["10.0.0.0/8"]]
                expectProblem(try await server.access.call("POST", path, good, alice), 403, "forbidden")
                let many = JSONValue.array(Array(repeating: "10.0.0.1", count: 33))
                for addresses: JSONValue in [[], "10.0.0.1", ["x"], ["10.0.0.0/33"], [1], many] {
                    let answer = try await server.access.call(
                        "POST", path, ["username": "bot", "addresses": addresses], root)
                    expectProblem(answer, 400, "invalid_field", field: "addresses")
                }
                let named: [String: JSONValue] = ["username": "Bot", "addresses": ["10.0.0.1"]]
                expectProblem(
                    try await server.access.call("POST", path, named, root), 400, "invalid_field", field: "username")
                let taken: [String: JSONValue] = ["username": "alice", "addresses": ["10.0.0.1"]]
                expectProblem(try await server.access.call("POST", path, taken, root), 409, "username_taken")
                // Under these names the audit log and rooms tell of what the host itself does.
                for name: JSONValue in ["operator", "server"] {
                    let reserved: [String: JSONValue] = ["username": name, "addresses": ["10.0.0.1"]]
                    expectProblem(
                        try await server.access.call("POST", path, reserved, root), 409, "username_taken", "\(name)")
                }
            }
        }
    }
}
