import Foundation
import Identity
import ParleyClient
import ParleyServer
import TestSupport
import TestTools
import Testing

@Suite("Administration of signing keys")
struct KeyAdministrationTests {
    private let path = "/api/v1/admin/keys"

    @Test("lists the keys without their secrets, to administrators only")
    func list() async throws {
        try await TestServer.run { server in
            let root = try await server.administrator()
            let answer = try await server.access.get(path, root)
            #expect(answer.status == 200)
            let keys = try #require(answer.json["items"]?.array)
            #expect(keys.count == 1)
            #expect(
                Set(keys[0].object?.keys.map { $0 } ?? [])
                    == ["id", "current", "created_at", "retired_at", "verifies_until", "sessions"])
            #expect(keys[0]["current"] == true && keys[0]["sessions"]?.integer == 1)
            let file = try String(contentsOfFile: server.directory.file("data/keys.json"), encoding: .utf8)
            for line in file.split(separator: "\"") where line.utf8.count == 43 { #expect(!answer.text.contains(line)) }
            let alice = try await server.access.register("alice")
            #expect(try await server.access.get(path, alice).status == 403)
            #expect(try await server.access.get(path).status == 401)
        }
    }

    @Test("a rotation logs nobody out, and every session moves with its next refresh")
    func rotate() async throws {
        try await TestServer.run { server in
            let root = try await server.administrator()
            let alice = try await server.access.register("alice")
            let socket = try await server.access.greeted(alice)
            let rotated = try await server.access.call("POST", path + "/rotate", [:], root)
            let new = try #require(rotated.json["key"]?["id"]?.string)
            #expect(try await server.access.get("/api/v1/me", alice).status == 200)
            let moved = try TestLogin(await server.access.call("POST", "/api/v1/auth/refresh", [:], alice))
            #expect(try await server.access.get("/api/v1/me", moved).status == 200)
            let items = try await server.access.get(path, root).json["items"]?.array ?? []
            #expect(items.count == 2)
            #expect(items.first { $0["current"] == true }?["id"]?.string == new)
            #expect(items.first { $0["id"]?.string == new }?["sessions"]?.integer == 1)
            #expect(items.first { $0["current"] == false }?["retired_at"]?.string != nil)
            socket.abort()
        }
    }

    @Test("a revocation ends the sessions of the key with a receipt and closes their sockets with 4501")
    func revoke() async throws {
        try await TestServer.run { server in
            let alice = try await server.access.register("alice")
            let bob = try await server.access.register("bob")
            let socket = try await server.access.greeted(alice)
            let key = server.node.authority.keyRing.snapshot.current.id.text
            try server.node.authority.keyRing.rotate()
            let moved = try TestLogin(await server.access.call("POST", "/api/v1/auth/refresh", [:], bob))
            let other = try await server.access.greeted(moved)
            let admin = AdminClient(socketPath: server.adminSocket)
            let receipt = try await admin.request(
                "POST", "\(path)/\(key)/revoke", json: JSONValue.object(["reason": "leaked"])
            ).json()
            #expect(receipt["revoked_sessions"]?.integer == 1)
            #expect(receipt["closed_sockets"]?.integer == 1)
            #expect(receipt["complete"] == true)
            #expect(receipt["nodes"]?.array?.count == 1)
            #expect(try await socket.closeCode() == 4501)
            #expect(try await server.access.get("/api/v1/me", alice).code == "invalid_token")
            #expect(try await server.access.get("/api/v1/me", moved).status == 200)
            try await other.send(.object(["type": "ping"]))
            _ = try await other.event("pong")
            let again = try await admin.request("POST", "\(path)/\(key)/revoke").json()
            #expect(again["revoked_sessions"]?.integer == 0 && again["complete"] == true)
            let unknown = try await #require(throws: ProblemError.self) {
                try await admin.request("POST", "\(path)/nosuchkey/revoke")
            }
            #expect(unknown.code == "key_not_found")
            await admin.shutDown()
            other.abort()
        }
    }

    @Test("parley key list, rotate and revoke work with a server and without one")
    func commands() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.file("data")
        try await TestServer.run(directory: directory) { server in
            _ = try await server.access.register("alice")
            let first = try await keys(data)
            #expect(first.count == 1)
            let rotated = try await json(["key", "rotate", "--json"], data)
            #expect(rotated["current"] == true)
            let id = try #require(first[0]["id"]?.string)
            let receipt = try await json(["key", "revoke", id, "--reason", "leaked", "--json"], data)
            #expect(receipt["revoked_sessions"]?.integer == 1 && receipt["nodes"]?.array?.count == 1)
            #expect(try await keys(data).count == 1)
        }
        let table = try await ParleyExecutable.run(["key", "list"], data: data)
        #expect(table.status == 0 && table.output.contains("VERIFIES UNTIL") && table.output.contains("yes"))
        let id = try #require(try await keys(data)[0]["id"]?.string)
        let receipt = try await json(["key", "revoke", id, "--json"], data)
        #expect(receipt["nodes"] == [] && receipt["complete"] == true)
        let unknown = try await ParleyExecutable.run(["key", "revoke", "nosuchkey"], data: data)
        #expect(unknown.status == 1 && unknown.output.isEmpty && unknown.errors.contains("nosuchkey"))
    }

    @Test("a lost key file stops the start with words that help; --new-keys ends every session and starts")
    func lostFile() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.file("data")
        let added = try await ParleyExecutable.run(
            ["user", "add", "alice", "--password-stdin"], data: data, input: TestLogin.password + "\n")
        #expect(added.status == 0)
        let before = try await ServerProcess.start(data: data)
        let login = try await before.access.login("alice")
        await before.stop()
        try FileManager.default.removeItem(atPath: data + "/keys.json")
        let refusal = try await #require(throws: DidNotStart.self) { try await ServerProcess.start(data: data) }
        #expect(refusal.end?.status == 1)
        let words = refusal.log.joined()
        #expect(words.contains("keys.json") && words.contains("backup") && words.contains("--new-keys"))
        let after = try await ServerProcess.start(data: data, arguments: ["--new-keys"])
        #expect(try await after.access.get("/api/v1/me", login).code == "invalid_token")
        #expect(try await json(["session", "list", "--json"], data)["items"] == [])
        _ = try await after.access.login("alice")
        await after.stop()
    }

    @Test(
        "SIGHUP takes a key file that somebody put in place; sessions of keys that are gone end, a bad file changes nothing"
    )
    func reload() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.file("data")
        _ = try await ParleyExecutable.run(
            ["user", "add", "alice", "--password-stdin"], data: data, input: TestLogin.password + "\n")
        let server = try await ServerProcess.start(data: data)
        let login = try await server.access.login("alice")
        let socket = try await server.access.greeted(login)
        let file = URL(fileURLWithPath: data + "/keys.json")
        let good = try Data(contentsOf: file)
        try Data("{".utf8).write(to: file)
        server.signal(SIGHUP)
        #expect(await server.logLine(with: "key file not loaded again") != nil)
        #expect(try await server.access.get("/api/v1/me", login).status == 200)

        let other = try TemporaryDirectory()
        _ = try KeyRing(path: other.file("keys.json"))
        try Data(contentsOf: URL(fileURLWithPath: other.file("keys.json"))).write(to: file)
        server.signal(SIGHUP)
        #expect(await server.logLine(with: "key file loaded again") != nil)
        #expect(try await socket.closeCode() == 4501)
        #expect(try await server.access.get("/api/v1/me", login).code == "invalid_token")
        _ = try await server.access.login("alice")
        #expect(good.count > 100)
        await server.stop()
    }

    private func keys(_ data: String) async throws -> [JSONValue] {
        try await json(["key", "list", "--json"], data)["items"]?.array ?? []
    }

    private func json(_ arguments: [String], _ data: String) async throws -> JSONValue {
        let outcome = try await ParleyExecutable.run(arguments, data: data)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try JSONDecoder().decode(JSONValue.self, from: Data(outcome.output.utf8))
    }
}
