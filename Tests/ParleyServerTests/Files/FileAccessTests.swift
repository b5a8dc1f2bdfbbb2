import Foundation
import ParleyClient
import TestSupport
import TestTools
import Testing

@testable import ParleyServer

extension WholeServer {
    @Suite("Files of messages, from outside")
    struct FileAccessTests {
        private func status(_ server: TestServer, _ id: String, _ login: TestLogin) async throws -> Int {
            try await server.access.get("/api/v1/files/" + id, login).status
        }

        @Test("a message sent over HTTP or the socket carries its files, live, in history and in the log")
        func messages() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                let reader = try await server.access.greeted(bob)
                let sender = try await server.access.greeted(alice)
                let first = try await server.access.uploaded("one", alice)
                let second = try await server.access.uploaded("two", alice)
                let posted = try await server.access.call(
                    "POST", "/api/v1/rooms/general/messages",
                    ["text": "look", "files": [.string(first), .string(second)], "nonce": "n"], alice)
                #expect(posted.status == 201)
                let live = try await reader.event("message")
                #expect(live["files"]?.array?.compactMap { $0["id"]?.string } == [first, second])
                #expect(
                    live["files"]?[0]
                        == ["id": .string(first), "name": "notes.txt", "size": 3, "type": "text/plain"])
                let sent = try await sender.ask("send", ["room": "general", "files": [.string(first)]])
                #expect(sent["type"] == "ok", "\(sent)")
                let bare = try await reader.event("message")
                #expect(bare["text"]?.string == "" && bare["files"]?.array?.count == 1)
                let history = try await server.access.get("/api/v1/rooms/general/messages", bob)
                #expect(history.json["messages"] == .array([live, bare]))
                let log = try await server.access.get("/api/v1/rooms/general/log?after=2", bob)
                #expect(log.json["events"] == .array([live, bare]))
                for socket in [reader, sender] { try await socket.close() }
            }
        }

        @Test("what is wrong with the files of a message is told with its own code")
        func refused() async throws {
            try await TestServer.run(["files.per_message": "2"]) { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                let path = "/api/v1/rooms/general/messages"
                let id = try await server.access.uploaded("x", alice)
                var ids: [JSONValue] = []
                for _ in 0..<3 { ids.append(.string(try await server.access.uploaded("x", alice))) }
                let cases: [([String: JSONValue], TestLogin, Int, String, String?)] = [
                    (["text": "", "files": []], alice, 400, "invalid_field", "text"),
                    (["text": "x", "files": "y"], alice, 400, "invalid_field", "files"),
                    (["text": "x", "files": .array(ids)], alice, 400, "too_many_files", "files"),
                    (["text": "x", "files": ["../../keys.json"]], alice, 404, "file_not_found", nil),
                    (["text": "x", "files": ["abcdefghijklmnopqrstuv"]], alice, 404, "file_not_found", nil),
                    (["text": "x", "files": [.string(id)]], bob, 404, "file_not_found", nil),
                ]
                for (json, login, status, code, field) in cases {
                    expectProblem(
                        try await server.access.call("POST", path, json, login), status, code, field: field, "\(json)")
                }
                let socket = try await server.access.socket(alice)
                let hello = try await socket.event("hello")
                #expect(hello["limits"]?["files_per_message"]?.integer == 2)
                #expect(hello["limits"]?["file_bytes"]?.integer == 25 << 20)
                try await socket.close()
            }
        }

        @Test("who may read a file is who may read a message that carries it, now")
        func readable() async throws {
            try await TestServer.run { server in
                let access = server.access
                let alice = try await access.register("alice")
                let member = try await access.register("member")
                let former = try await access.register("former")
                let stranger = try await access.register("stranger")
                let root = try await server.administrator()
                _ = try await access.call("POST", "/api/v1/rooms", ["id": "ops", "kind": "private"], alice)
                for user in ["member", "former"] {
                    _ = try await access.call("PUT", "/api/v1/rooms/ops/members/\(user)", [:], alice)
                }
                let id = try await access.uploaded("secret", alice)
                for login in [member, former, stranger, root] { #expect(try await status(server, id, login) == 404) }
                let sent = try await access.call(
                    "POST", "/api/v1/rooms/ops/messages", ["text": "x", "files": [.string(id)]], alice)
                #expect(sent.status == 201)
                for login in [alice, member, former] { #expect(try await status(server, id, login) == 200) }
                for login in [stranger, root] { #expect(try await status(server, id, login) == 404) }
                _ = try await access.call("DELETE", "/api/v1/rooms/ops/members/former", [:], alice)
                #expect(try await status(server, id, former) == 404)
                #expect(try await status(server, id, member) == 200)
                // With the room the file goes, for its uploader too, and then its content.
                _ = try await access.call("DELETE", "/api/v1/rooms/ops", [:], alice)
                for login in [alice, member] { #expect(try await status(server, id, login) == 404) }
                #expect(try storedFiles(server).contents.count == 1)
                try await server.node.collectFiles()
                #expect(try storedFiles(server).contents == [])
            }
        }

        @Test("with a deleted message its files go, unless another message carries them; a deletion frees the quota")
        func deletedMessage() async throws {
            try await TestServer.run(["files.quota_bytes": "10B"]) { server in
                let access = server.access
                let path = "/api/v1/rooms/general/messages"
                let alice = try await access.register("alice")
                let bob = try await access.register("bob")
                let id = try await access.uploaded("0123456789", alice)
                var seqs: [Int64] = []
                for _ in 0..<2 {
                    let sent = try await access.call("POST", path, ["files": [.string(id)]], alice)
                    seqs.append(try #require(sent.json["seq"]?.integer))
                }
                #expect(try await access.call("DELETE", "\(path)/\(seqs[0])", [:], alice).status == 200)
                #expect(try await status(server, id, bob) == 200)
                expectProblem(try await access.upload(UploadForm([1]), alice), 403, "quota_exceeded")
                #expect(try await access.call("DELETE", "\(path)/\(seqs[1])", [:], alice).status == 200)
                for login in [alice, bob] { #expect(try await status(server, id, login) == 404) }
                let history = try await access.get(path, bob)
                #expect(history.json["messages"]?.array?.allSatisfy { $0["files"] == nil } == true)
                #expect(try await access.uploaded("9876543210", alice).count == 22)
                try await server.node.collectFiles()
                #expect(try storedFiles(server).contents.count == 1)
            }
        }

        @Test("a file that no message carries goes after files.orphan_lifetime; one that is carried stays")
        func orphans() async throws {
            let clock = TestClock()
            try await TestServer.run(clock: clock.wallClock) { server in
                let alice = try await server.access.register("alice")
                let loose = try await server.access.uploaded("loose", alice)
                let carried = try await server.access.uploaded("carried", alice)
                _ = try await server.access.call(
                    "POST", "/api/v1/rooms/general/messages", ["files": [.string(carried)]], alice)
                clock.advance(bySeconds: 24 * 3600 - 60)
                try await server.node.collectFiles()
                #expect(try storedFiles(server).contents.count == 2)
                clock.advance(bySeconds: 120)
                try await server.node.collectFiles()
                #expect(try storedFiles(server).contents.count == 1)
                let again = try await server.access.login("alice")
                #expect(try await status(server, loose, again) == 404)
                #expect(try await status(server, carried, again) == 200)
            }
        }

        @Test("what a crash left in the middle of an upload is removed at the next start, and a content without a file")
        func leftovers() async throws {
            let directory = try TemporaryDirectory()
            try await TestServer.run(directory: directory) { server in
                let alice = try await server.access.register("alice")
                _ = try await server.access.uploaded("kept", alice)
                let files = server.node.directory.files
                let folder = try #require(try storedFiles(server).contents.first).prefix(2)
                for path in ["/incoming/half", "/\(folder)/\(folder)0000"] {
                    try "x".write(toFile: files + path, atomically: false, encoding: .utf8)
                }
            }
            try await TestServer.run(directory: directory) { server in
                #expect(try storedFiles(server).incoming == [])
                try await server.node.collectFiles()
                #expect(try storedFiles(server).contents.count == 1)
            }
        }

        @Test("a deleted account's loose files go with it, those in messages stay")
        func deletedAccount() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let alice = try await server.access.register("alice")
                let loose = try await server.access.uploaded("loose", alice)
                let carried = try await server.access.uploaded("carried", alice)
                _ = try await server.access.call(
                    "POST", "/api/v1/rooms/general/messages", ["files": [.string(carried)]], alice)
                #expect(try await server.access.call("DELETE", "/api/v1/admin/users/alice", [:], root).status == 200)
                #expect(try await status(server, carried, root) == 200)
                #expect(try await status(server, loose, root) == 404)
                try await server.node.collectFiles()
                #expect(try storedFiles(server).contents.count == 1)
            }
        }
    }
}
