import Foundation
import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("The command line")
    struct CommandLineTests {
        private let password = TestLogin.password + "\n"

        /// Runs a command that succeeds and gives its JSON, null for none.
        private func json(_ arguments: [String], data: String, input: String = "") async throws -> JSONValue {
            let outcome = try await ParleyExecutable.run(arguments + ["--json"], data: data, input: input)
            let isNew = outcome.errors.hasPrefix("new data directory at \(data) ")
            #expect(outcome.status == 0 && (outcome.errors.isEmpty || isNew), "\(arguments) \(outcome)")
            return outcome.output.isEmpty ? .null : try JSONValue(text: outcome.output)
        }

        /// Everything that works with a server and without one. `login` makes a session when there is a server.
        private func walk(data: String, sockets: Int64, login: () async throws -> RawSocket?) async throws {
            let user = try await json(["user", "add", "alice", "--password-stdin"], data: data, input: password)
            #expect(Set(user.object?.keys.map { $0 } ?? []) == ["id", "name", "role", "created_at", "disabled"])
            #expect(user["id"] == "alice" && user["role"] == "user" && user["disabled"] == false)
            let admin = try await json(
                ["user", "add", "root", "--admin", "--name", "The Root", "--password-stdin"], data: data,
                input: password)
            #expect(admin["role"] == "admin" && admin["name"] == "The Root")

            let list = try await json(["user", "list"], data: data)
            #expect(Set(list.object?.keys.map { $0 } ?? []) == ["items"])
            #expect(list["items"]?.array?.compactMap { $0["id"]?.string } == ["alice", "root"])
            #expect(try await json(["user", "show", "root"], data: data) == admin)
            #expect(try await json(["user", "role", "alice", "admin"], data: data)["role"] == "admin")
            #expect(try await json(["user", "role", "alice", "user"], data: data)["role"] == "user")

            let socket = try await login()
            let sessions = try await json(["session", "list", "--user", "alice"], data: data)
            let ids = sessions["items"]?.array?.compactMap { $0["id"]?.string } ?? []
            #expect(ids.count == Int(sockets) && Set(sessions.object?.keys.map { $0 } ?? []) == ["items"])
            let nodes = sockets
            if let id = ids.first {
                let receipt = try await json(["session", "revoke", "--session", id, "--reason", "test"], data: data)
                #expect(receipt["revoked_sessions"]?.integer == 1 && receipt["closed_sockets"]?.integer == 1)
                #expect(try await socket?.closeCode() == 4501)
            }
            for target in [["--user", "alice"], ["--everyone"]] {
                let receipt = try await json(["session", "revoke"] + target, data: data)
                #expect(receipt["revoked_sessions"]?.integer == 0 && receipt["complete"] == true)
                #expect(receipt["nodes"]?.array?.count == Int(nodes), "nodes are empty when no server runs")
            }
            let disabled = try await json(["user", "disable", "alice"], data: data)
            #expect(disabled["complete"] == true)
            #expect(try await json(["user", "show", "alice"], data: data)["disabled"] == true)
            #expect(try await json(["user", "enable", "alice"], data: data)["disabled"] == false)
            let changed = try await json(
                ["user", "password", "alice", "--password-stdin"], data: data, input: "another horse battery\n")
            #expect(changed["complete"] == true)

            let invite = try await json(
                ["invite", "create", "--role", "admin", "--uses", "2", "--expires", "24h"], data: data)
            #expect(invite["role"] == "admin" && invite["uses_left"]?.integer == 2)
            #expect(invite["url"]?.string?.contains("/#/register?invite=") == true)
            let id = try #require(invite["id"]?.string)
            let invites = try await json(["invite", "list"], data: data)
            #expect(invites["items"]?.array?.compactMap { $0["id"]?.string } == [id])
            _ = try await json(["invite", "delete", id], data: data)
            #expect(try await json(["invite", "list"], data: data) == .object(["items": .array([])]))
        }

        @Test("every command works without a server, and the server finds what it did")
        func withoutServer() async throws {
            let directory = try TemporaryDirectory()
            let data = directory.file("data")
            try await walk(data: data, sockets: 0) { nil }
            try await TestServer.run(["data.directory": data]) { server in
                let answer = try await server.access.call(
                    "POST", "/api/v1/auth/login", ["username": "alice", "password": "another horse battery"])
                let socket = try await server.access.socket(try TestLogin(answer))
                // An account that was made without a server is in the default room all the same.
                #expect(try await socket.event("hello")["rooms"]?[0]?["id"] == "general")
                try await socket.close()
            }
        }

        @Test("every command works with a server running, which notices at once")
        func withServer() async throws {
            try await TestServer.run { server in
                try await walk(data: server.directory.file("data"), sockets: 1) {
                    try await server.access.greeted(try await server.access.login("alice"))
                }
                let answer = try await server.access.call(
                    "POST", "/api/v1/auth/login", ["username": "alice", "password": "another horse battery"])
                #expect(answer.status == 200)
            }
        }

        @Test("what fails ends with 1 and words on standard error, wrong usage with 64, and nothing is printed")
        func failures() async throws {
            let directory = try TemporaryDirectory()
            let data = directory.file("data")
            _ = try await ParleyExecutable.run(
                ["user", "add", "alice", "--password-stdin"], data: data, input: password)
            let cases: [(arguments: [String], input: String, status: Int32, words: String)] = [
                (["user", "show", "nobody"], "", 1, "no user"), (["user", "disable", "nobody"], "", 1, "no user"),
                (["user", "add", "alice", "--password-stdin"], password, 1, "alice"),
                (["user", "add", "Bad Name", "--password-stdin"], password, 1, "username"),
                (["user", "add", "bob", "--password-stdin"], "short\n", 1, "password"),
                (["user", "add", "bob", "--password-stdin"], "", 1, "password"),
                (["user", "add", "bob"], "", 1, "--password-stdin"),
                (["user", "role", "alice", "king"], "", 1, "role"),
                (["session", "revoke", "--user", "nobody"], "", 1, "no user"),
                (["session", "revoke", "--session", "AAAAAAAAAAAAAAAAAAAAAA"], "", 1, "session"),
                (["session", "revoke", "--key", "none"], "", 1, "key"),
                (["session", "list", "--user", "nobody"], "", 1, "no user"),
                (["invite", "delete", "none"], "", 1, "invite"),
                (["invite", "create", "--expires", "soon"], "", 64, "soon"),
                (["room", "retention", "general", "long"], "", 64, "long"),
                (["audit", "show", "--since", "lately"], "", 64, "lately"),
                (["audit", "show", "--until", "then"], "", 64, "then"),
                (["audit", "show", "--follow"], "", 1, "running server"),
                (["import", "-", "--room", "lab", "--map", "bob"], "", 64, "OLD=NEW"),
                (["import", "-", "--room", "lab", "--map", "a=b", "--map", "a=c"], "", 64, "each OLD once"),
                (["session", "revoke"], "", 64, "exactly one"),
                (["session", "revoke", "--everyone", "--user", "alice"], "", 64, "exactly one"),
                (["user", "show"], "", 64, "Missing"), (["user", "explode"], "", 64, "Usage"),
                (["user", "list", "--frobnicate"], "", 64, "frobnicate"), (["nonsense"], "", 64, "Usage"),
            ]
            for (arguments, input, status, words) in cases {
                let outcome = try await ParleyExecutable.run(arguments, data: data, input: input)
                #expect(outcome.status == status, "\(arguments) \(outcome)")
                #expect(outcome.errors.localizedCaseInsensitiveContains(words), "\(arguments) \(outcome)")
                #expect(outcome.output.isEmpty, "\(arguments) \(outcome)")
            }
            let list = try await json(["user", "list"], data: data)
            #expect(list["items"]?.array?.count == 1)
        }

        @Test(
            "a data directory that is not there is made for an account only, and that is said; nothing else makes one")
        func forgottenDirectory() async throws {
            let directory = try TemporaryDirectory()
            let data = directory.file("data")
            for arguments in [
                ["user", "list"], ["user", "show", "alice"], ["audit", "verify"], ["audit", "show"], ["key", "list"],
                ["export", "--room", "general"], ["backup", directory.file("copy")],
                ["session", "revoke", "--everyone"],
            ] {
                let outcome = try await ParleyExecutable.run(arguments, data: data)
                #expect(outcome.status == 1 && outcome.errors.contains(data), "\(arguments) \(outcome)")
                #expect(outcome.errors.contains("--data") && !FileManager.default.fileExists(atPath: data))
            }
            let added = try await ParleyExecutable.run(
                ["user", "add", "alice", "--password-stdin"], data: data, input: password)
            #expect(added.status == 0 && added.errors.hasPrefix("new data directory at \(data) "), "\(added)")
            let again = try await ParleyExecutable.run(
                ["user", "add", "bob", "--password-stdin"], data: data, input: password)
            #expect(again.status == 0 && again.errors.isEmpty, "\(again)")
        }

        @Test("what a command writes is its user's alone")
        func modes() async throws {
            let directory = try TemporaryDirectory()
            let data = directory.file("data")
            _ = try await ParleyExecutable.run(
                ["user", "add", "alice", "--password-stdin"], data: data, input: password)
            let paths = try #require(FileManager.default.enumerator(atPath: data)).compactMap { $0 as? String }
            #expect(paths.contains("parley.sqlite3") && paths.contains("keys.json"))
            for path in paths {
                let mode = try FileManager.default.attributesOfItem(atPath: data + "/" + path)[.posixPermissions]
                #expect((mode as? Int).map { $0 & 0o077 } == 0, "\(path)")
            }
        }

        @Test("people get tables")
        func tables() async throws {
            let directory = try TemporaryDirectory()
            let data = directory.file("data")
            _ = try await ParleyExecutable.run(
                ["user", "add", "alice", "--password-stdin"], data: data, input: password)
            let outcome = try await ParleyExecutable.run(["user", "list"], data: data)
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count == 2 && lines[0].hasPrefix("USER") && lines[1].hasPrefix("alice"))
            let link = try await ParleyExecutable.run(["invite", "create"], data: data)
            #expect(link.output.hasPrefix("https://localhost:") && link.output.hasSuffix("\n"))
        }

        @Test("a second server on the same data directory is refused with 1, and the first goes on")
        func secondServer() async throws {
            try await TestServer.run { server in
                let outcome = try await ParleyExecutable.run(
                    ["serve", "--listen", "127.0.0.1:0"], data: server.directory.file("data"))
                #expect(outcome.status == 1 && outcome.errors.contains("in use"), "\(outcome)")
                #expect(try await server.access.get("/readyz").status == 200)
                let attributes = try FileManager.default.attributesOfItem(atPath: server.adminSocket)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }

        @Test("a configuration that cannot be used ends serve with 1 and names the key")
        func badConfiguration() async throws {
            let directory = try TemporaryDirectory()
            let file = directory.file("parley.yaml")
            try Data("limits:\n  conections: 5\n".utf8).write(to: URL(fileURLWithPath: file))
            let outcome = try await ParleyExecutable.run(["serve", "--config", file], data: directory.file("data"))
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("limits.conections") && outcome.errors.contains("limits.connections"))
        }
    }
}
