import Foundation
import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("parley room")
    struct RoomCommandTests {
        private func json(_ arguments: [String], data: String, input: String = "") async throws -> JSONValue {
            let outcome = try await ParleyExecutable.run(arguments + ["--json"], data: data, input: input)
            let isNew = outcome.errors.hasPrefix("new data directory at \(data) ")
            #expect(outcome.status == 0 && (outcome.errors.isEmpty || isNew), "\(arguments) \(outcome)")
            return outcome.output.isEmpty ? .null : try JSONValue(text: outcome.output)
        }

        private func addUsers(data: String) async throws {
            for name in ["alice", "bob"] {
                _ = try await json(
                    ["user", "add", name, "--password-stdin"], data: data, input: TestLogin.password + "\n")
            }
        }

        /// Everything that works with a server and without one.
        private func walk(data: String) async throws {
            let room = try await json(
                ["room", "create", "lab", "--owner", "alice", "--kind", "private", "--title", "The lab"], data: data)
            #expect(room["id"] == "lab" && room["kind"] == "private" && room["title"] == "The lab")
            #expect(room["members"]?.integer == 1 && room["head"]?.integer == 2 && room["retention"] == .null)
            let rooms = try await json(["room", "list"], data: data)
            #expect(
                rooms["items"]?.array?.contains(room) == true && Set(rooms.object?.keys.map { $0 } ?? []) == ["items"])
            #expect(try await json(["room", "show", "lab"], data: data) == room)
            let kept = try await json(["room", "retention", "lab", "30d"], data: data)
            #expect(kept["retention"]?.integer == 2_592_000)
            #expect(try await json(["room", "retention", "lab", "forever"], data: data)["retention"]?.integer == 0)
            #expect(try await json(["room", "retention", "lab", "default"], data: data)["retention"] == .null)

            #expect(try await json(["room", "member", "lab", "add", "bob"], data: data)["members"]?.integer == 2)
            _ = try await json(["room", "member", "lab", "role", "bob", "moderator"], data: data)
            let members = try await json(["room", "member", "lab", "list"], data: data)["items"]?.array ?? []
            #expect(
                members.map { $0["user"] } == ["alice", "bob"] && members.map { $0["role"] } == ["owner", "moderator"])
            _ = try await json(["room", "member", "lab", "remove", "bob"], data: data)
            #expect(try await json(["room", "show", "lab"], data: data)["members"]?.integer == 1)
            _ = try await json(["room", "delete", "lab"], data: data)
            let left = try await json(["room", "list"], data: data)["items"]?.array ?? []
            #expect(!left.contains { $0["id"] == "lab" })

            let entries = try await json(["audit", "show", "--kind", "room"], data: data)["items"]?.array ?? []
            #expect(
                entries.compactMap { $0["details"]?["act"]?.string }.suffix(8) == [
                    "create", "change", "change", "change", "member", "member", "remove", "delete",
                ])
            #expect(entries.last?["actor"] == "operator" && entries.last?["subject"] == "lab")
        }

        @Test("every command works without a server")
        func withoutServer() async throws {
            let directory = try TemporaryDirectory()
            try await addUsers(data: directory.file("data"))
            try await walk(data: directory.file("data"))
        }

        @Test("every command works with a server running, and members are told at once")
        func withServer() async throws {
            try await TestServer.run { server in
                let data = server.directory.file("data")
                try await addUsers(data: data)
                let bob = try await server.access.greeted(try await server.access.login("bob"))
                try await walk(data: data)
                let invited = try await bob.event("member")
                #expect(invited["room"] == "lab" && invited["change"] == "invited" && invited["by"] == "operator")
                try await bob.close()
            }
        }

        @Test("what fails ends with 1 and words on standard error, wrong usage with 64")
        func failures() async throws {
            let directory = try TemporaryDirectory()
            let data = directory.file("data")
            try await addUsers(data: data)
            _ = try await json(["room", "create", "lab", "--owner", "alice"], data: data)
            let cases: [(arguments: [String], status: Int32, words: String)] = [
                (["room", "show", "none"], 1, "room"), (["room", "delete", "none"], 1, "room"),
                (["room", "create", "lab", "--owner", "alice"], 1, "exists"),
                (["room", "create", "dm-x", "--owner", "alice"], 1, "dm-"),
                (["room", "create", "Bad Name", "--owner", "alice"], 1, "id"),
                (["room", "create", "den", "--owner", "nobody"], 1, "user"),
                (["room", "create", "den", "--owner", "alice", "--kind", "secret"], 1, "kind"),
                (["room", "create", "den"], 64, "owner"),
                (["room", "retention", "lab", "soon"], 64, "soon"), (["room", "retention", "lab", "0s"], 64, "0s"),
                (["room", "retention", "lab", "9999d"], 1, "retention"),
                (["room", "member", "lab", "add", "nobody"], 1, "user"),
                (["room", "member", "lab", "remove", "bob"], 1, "user"),
                (["room", "member", "lab", "role", "alice", "member"], 1, "owner"),
                (["room", "member", "lab", "role", "alice", "king"], 1, "role"),
                (["room", "member", "lab", "role", "alice"], 64, "role"),
                (["room", "member", "lab", "add"], 64, "username"),
                (["room", "member", "lab", "explode", "bob"], 64, "explode"),
                (["room", "member", "none", "list"], 1, "room"),
            ]
            for (arguments, status, words) in cases {
                let outcome = try await ParleyExecutable.run(arguments, data: data)
                #expect(outcome.status == status, "\(arguments) \(outcome)")
                #expect(outcome.errors.localizedCaseInsensitiveContains(words), "\(arguments) \(outcome)")
                #expect(outcome.output.isEmpty, "\(arguments) \(outcome)")
            }
        }

        @Test("nobody can register the names that acts of the host stand under")
        func reservedNames() async throws {
            try await TestServer.run { server in
                for name in ["operator", "server"] {
                    let answer = try await server.access.call(
                        "POST", "/api/v1/auth/register",
                        ["username": .string(name), "password": .string(TestLogin.password)])
                    #expect(answer.status == 409 && answer.code == "username_taken", "\(answer.text)")
                }
            }
        }

        @Test("an administrator does the same over HTTP, and nobody else does")
        func overHTTP() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let alice = try await server.access.register("alice")
                let path = "/api/v1/admin/rooms"
                #expect(try await server.access.call("POST", path, ["id": "lab"], alice).status == 403)
                let made = try await server.access.call("POST", path, ["id": "lab", "kind": "private"], root)
                #expect(made.status == 201 && made.json["room_info"]?["members"]?.integer == 1, "\(made.text)")
                let added = try await server.access.call("PUT", path + "/lab/members/alice", [:], root)
                #expect(added.json["room_info"]?["members"]?.integer == 2)
                #expect(try await server.access.get("/api/v1/rooms/lab", alice).status == 200)
                #expect(
                    try await server.access.call("DELETE", path + "/lab/members/root", [:], root).code == "last_owner")
                #expect(try await server.access.call("DELETE", path + "/lab", [:], root).status == 204)
                #expect(try await server.access.get("/api/v1/rooms/lab", alice).status == 404)
            }
        }
    }
}
