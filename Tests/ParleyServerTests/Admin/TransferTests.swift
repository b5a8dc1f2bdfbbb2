import Chat
import Foundation
import ParleyClient
import ParleyServer
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("parley export and parley import")
    struct TransferTests {
        private func run(_ arguments: [String], data: String, input: String = "") async throws -> String {
            let outcome = try await ParleyExecutable.run(arguments, data: data, input: input)
            #expect(outcome.status == 0, "\(arguments) \(outcome)")
            return outcome.output
        }

        private func send(_ text: String, _ server: TestServer, _ login: TestLogin) async throws -> Int64 {
            let answer = try await server.access.call(
                "POST", "/api/v1/rooms/lab/messages", ["text": .string(text)], login)
            return try #require(answer.json["seq"]?.integer, "\(answer.text)")
        }

        /// A room in which everything has happened that can be exported.
        private func fill(_ server: TestServer, _ alice: TestLogin, _ bob: TestLogin) async throws {
            let path = "/api/v1/rooms"
            _ = try await server.access.call("POST", path, ["id": "lab", "title": "The lab"], alice)
            _ = try await server.access.call("PUT", path + "/lab/members/bob", ["role": "moderator"], alice)
            let first = try await send("hello @bob", server, alice)
            let second = try await send("gone", server, bob)
            let third = try await send("mended", server, bob)
            let change = path + "/lab/messages"
            _ = try await server.access.call("PATCH", "\(change)/\(third)", ["text": "mended \"twice\"\n日本"], bob)
            for login in [alice, bob] {
                _ = try await server.access.call("PUT", "\(change)/\(first)/reactions/%F0%9F%91%8D", [:], login)
            }
            _ = try await server.access.call("DELETE", "\(change)/\(first)/reactions/%F0%9F%91%8D", [:], alice)
            _ = try await server.access.call("DELETE", "\(change)/\(second)", [:], bob)
            _ = try await server.access.call(
                "POST", change, ["text": "an answer", "reply_to": .integer(first)], alice)
            _ = try await server.access.call("PATCH", path + "/lab", ["topic": "All"], bob)
        }

        /// Objects without their room, to be compared.
        private func contents(_ server: TestServer, _ room: String, _ login: TestLogin) async throws -> [JSONValue] {
            var contents: [JSONValue] = []
            for (part, name) in [("log?limit=200", "events"), ("messages?limit=200", "messages")] {
                let page = try await server.access.get("/api/v1/rooms/\(room)/\(part)", login)
                #expect(page.status == 200 && page.json["more"] == false, "\(page.text)")
                for value in page.json[name]?.array ?? [] {
                    var object = value.object ?? [:]
                    object["room"] = nil
                    contents.append(.object(object))
                }
            }
            return contents
        }

        @Test("a room comes back as it was: numbers, times, authors, words, reactions, members")
        func roundTrip() async throws {
            try await TestServer.run { server in
                let data = server.directory.file("data")
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                try await fill(server, alice, bob)
                let file = server.directory.file("lab.jsonl")
                _ = try await run(["export", "--room", "lab", "--output", file], data: data)
                let text = try String(contentsOfFile: file, encoding: .utf8)
                #expect(try await run(["export", "--room", "lab"], data: data) == text)
                #expect(!text.contains("gone"))
                let attributes = try FileManager.default.attributesOfItem(atPath: file)
                #expect(attributes[.posixPermissions] as? Int == 0o600)

                let socket = try await server.access.greeted(bob)
                _ = try await run(["import", file, "--room", "copy"], data: data)
                let original = try await contents(server, "lab", bob)
                #expect(original.count > 15)
                #expect(try await contents(server, "copy", bob) == original)
                let members = try await server.access.get("/api/v1/rooms/copy/members", bob).json["items"]?.array ?? []
                #expect(members.map { $0["role"] } == ["owner", "moderator"])
                // Its members' sockets follow it at once, and it lives.
                let next = (original.compactMap { $0["seq"]?.integer }.max() ?? 0) + 1
                let sent = try await server.access.call("POST", "/api/v1/rooms/copy/messages", ["text": "on"], alice)
                #expect(sent.json["seq"]?.integer == next, "\(sent.text)")
                let live = try await socket.event { $0["room"] == "copy" && $0["type"] == "message" }
                #expect(live["seq"]?.integer == next)
                try await socket.close()
                let entries =
                    try JSONValue(text: await run(["audit", "show", "--json"], data: data))["items"]?.array ?? []
                #expect(entries.contains { $0["kind"] == "room_exported" && $0["subject"] == "lab" })
                #expect(entries.contains { $0["kind"] == "room_imported" && $0["subject"] == "copy" })
            }
        }

        @Test("thousands of events go from one server to another that does not run")
        func withoutServer() async throws {
            let (first, second) = (try TemporaryDirectory(), try TemporaryDirectory())
            let file = first.file("lab.jsonl")
            var lines = 0
            try await TestServer.run(["data.directory": first.file("data")], directory: first) { server in
                let alice = try await server.access.register("alice")
                _ = try await server.access.call("POST", "/api/v1/rooms", ["id": "lab"], alice)
                let socket = try await server.access.greeted(alice)
                let text = JSONValue.string(String(repeating: "long \"text\" ", count: 50))
                for _ in 0..<2500 { try await socket.send(.object(["type": "send", "room": "lab", "text": text])) }
                for _ in 0..<2500 { _ = try await socket.event("message") }
                try await socket.close()
            }
            _ = try await run(["export", "--room", "lab", "-o", file], data: first.file("data"))
            let text = try String(contentsOfFile: file, encoding: .utf8)
            lines = text.split(separator: "\n").count
            #expect(lines == 2504)
            let data = second.file("data")
            _ = try await run(
                ["user", "add", "zoe", "--password-stdin"], data: data, input: TestLogin.password + "\n")
            _ = try await run(["import", file, "--room", "lab", "--map", "alice=zoe"], data: data)
            let copy = try await run(["export", "--room", "lab"], data: data)
            #expect(
                copy.split(separator: "\n").dropFirst()
                    == text.replacing("\"alice\"", with: "\"zoe\"")
                    .split(separator: "\n").dropFirst())
        }

        @Test("what is wrong is told with its line, and nothing of the room is there")
        func refusals() async throws {
            try await TestServer.run { server in
                let data = server.directory.file("data")
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                try await fill(server, alice, bob)
                let text = try await run(["export", "--room", "lab"], data: data)
                let lines = text.split(separator: "\n").map { String($0) }
                func broken(_ line: Int, _ old: String, _ new: String) -> String {
                    var lines = lines
                    lines[line - 1] = lines[line - 1].replacing(old, with: new)
                    return lines.joined(separator: "\n") + "\n"
                }
                let cases: [(input: String, words: String)] = [
                    ("", "line 1"), ("{}\n", "line 1"), (broken(1, "\"export\"", "\"import\""), "line 1"),
                    (broken(2, "\"alice\"", "\"carol\""), "carol"), (broken(2, "\"owner\"", "\"king\""), "line 2"),
                    (broken(2, "\"owner\"", "\"member\""), "no owner"), (broken(3, "\"read\":", "\"seen\":"), "line 3"),
                    (broken(1, "\"slow_mode\":0", "\"slow_mode\":-1"), "slow_mode"),
                    (broken(6, "\"seq\":3", "\"seq\":5"), "line 6"), (broken(7, "\"at\":\"2", "\"at\":\"X"), "line 7"),
                    (broken(8, "{", ""), "line 8"), (broken(7, "\"from\":\"alice\"", "\"from\":\"carol\""), "carol"),
                    (broken(7, "\"message\"", "\"massage\""), "line 7"),
                    (lines.dropLast().joined(separator: "\n") + "\n{\"type\":\"message\"", "line \(lines.count)"),
                    (lines[0] + "\n" + lines[4] + "\n" + lines[3], "line 3"),
                ]
                for (input, words) in cases {
                    let outcome = try await ParleyExecutable.run(
                        ["import", "-", "--room", "copy"], data: data, input: input)
                    #expect(outcome.status == 1 && outcome.errors.contains(words), "\(words): \(outcome)")
                    #expect(try await server.access.get("/api/v1/rooms/copy", alice).status == 404)
                }
                let exists = try await ParleyExecutable.run(["import", "-", "--room", "lab"], data: data, input: text)
                #expect(exists.status == 1 && exists.errors.contains("exists"), "\(exists)")
                let none = try await ParleyExecutable.run(["export", "--room", "none"], data: data)
                #expect(none.status == 1 && none.output.isEmpty)
                _ = try await run(["import", "-", "--room", "copy"], data: data, input: text)
                #expect(try await contents(server, "copy", bob) == contents(server, "lab", bob))
                // Those whom this server does not know can all be one user.
                let others = text.replacing("\"alice\"", with: "\"carol\"")
                _ = try await run(
                    ["import", "-", "--room", "third", "--map-others", "bob"], data: data, input: others)
                let members = try await server.access.get("/api/v1/rooms/third/members", bob).json["items"]?.array ?? []
                #expect(members.map { $0["user"] } == ["bob"] && members.first?["role"] == "owner")
            }
        }

        @Test("while a room is being imported nobody else makes it, and one that was cut off is undone")
        func reservation() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                try await fill(server, alice, bob)
                let text = try await run(["export", "--room", "lab"], data: server.directory.file("data"))
                let lines = text.split(separator: "\n").map { String($0) }
                let (importer, copy) = (server.node.importer, RoomID(stored: "copy"))
                let token = try await importer.begin(copy, header: lines[0])
                try await importer.append(Array(lines[1...5]), number: 2, to: copy, token: token)
                #expect(
                    try await server.access.call("POST", "/api/v1/rooms", ["id": "copy"], alice).code == "room_exists")
                #expect(try await server.access.get("/api/v1/rooms/copy", alice).status == 404)
                try await importer.undoAll()
                #expect(try await server.access.call("POST", "/api/v1/rooms", ["id": "copy"], alice).status == 201)
                await #expect(throws: (any Error).self) {
                    try await importer.finish(copy, token: token, header: lines[0])
                }
            }
        }
    }
}
