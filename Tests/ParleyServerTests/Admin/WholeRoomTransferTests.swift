import Foundation
import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("A whole room goes from one server to another")
    struct WholeRoomTransferTests {
        private let lab = "/api/v1/rooms/lab"

        private func run(_ arguments: [String], data: String, input: String = "") async throws -> String {
            let outcome = try await ParleyExecutable.run(arguments, data: data, input: input)
            #expect(outcome.status == 0, "\(arguments) \(outcome)")
            return outcome.output
        }

        /// Calls as a login and expects a success.
        @discardableResult
        private func call(
            _ server: TestServer, _ method: String, _ path: String, _ json: [String: JSONValue] = [:],
            _ login: TestLogin?
        ) async throws -> JSONValue {
            let answer = try await server.access.call(method, path, json, login)
            #expect(answer.status < 300, "\(method) \(path) \(answer.text)")
            return answer.text.isEmpty ? .null : answer.json
        }

        private func people(_ server: TestServer) async throws -> [TestLogin] {
            var logins: [TestLogin] = []
            for name in ["alice", "bob", "carol", "dave"] { logins.append(try await server.access.register(name)) }
            return logins
        }

        /// A room with everything that a room can have; the id of its file.
        private func fill(_ server: TestServer) async throws -> String {
            let people = try await people(server)
            let (alice, bob) = (people[0], people[1])
            try await call(server, "POST", "/api/v1/rooms", ["id": "lab", "title": "The lab", "topic": "All"], alice)
            try await call(server, "PUT", lab + "/members/bob", ["role": "moderator"], alice)
            try await call(server, "PUT", lab + "/members/carol", ["muted": true], alice)
            let file = try await server.access.uploaded("what the file says", bob)
            try await call(server, "POST", lab + "/messages", ["text": "see", "files": [.string(file)]], bob)
            let gone = try await server.access.uploaded("a file that went", bob)
            let sent = try await call(server, "POST", lab + "/messages", ["files": [.string(gone)]], bob)
            try await call(server, "DELETE", lab + "/messages/\(sent["seq"]?.integer ?? 0)", [:], bob)
            let hook = try await call(server, "POST", lab + "/webhooks", ["name": "Deploys"], bob)
            let url = try #require(hook["url"]?.string)
            let address = "/" + url.split(separator: "/").dropFirst(2).joined(separator: "/")
            try await call(server, "POST", address, ["text": "v1 is out"], nil)
            try await call(server, "PUT", lab + "/bans/dave", ["expires_in": 86400], bob)
            let socket = try await server.access.greeted(bob)
            try await socket.ask("read", ["room": "lab", "seq": 5])
            try await socket.close()
            try await call(server, "PATCH", lab, ["slow_mode": 30, "retention": 864_000], alice)
            try await call(server, "PATCH", lab, ["archived": true], alice)
            return file
        }

        @Test("its second export is its first, byte by byte, and it is at work there")
        func everything() async throws {
            let directory = try TemporaryDirectory()
            let (lines, files) = (directory.file("lab.jsonl"), directory.file("files"))
            var file = ""
            var text = ""
            try await TestServer.run { server in
                let data = server.directory.file("data")
                file = try await fill(server)
                _ = try await run(["export", "--room", "lab", "-o", lines, "--files", files], data: data)
                text = try String(contentsOfFile: lines, encoding: .utf8)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: files) == [file])
            #expect(try String(contentsOfFile: files + "/" + file, encoding: .utf8) == "what the file says")
            for part in ["\"slow_mode\":30", "\"archived_at\":\"2", "\"type\":\"ban\"", "\"read\":5", "\"muted\":true"]
            {
                #expect(text.contains(part), "\(part)")
            }
            try await TestServer.run { server in
                let data = server.directory.file("data")
                let people = try await people(server)
                let wrong = try await ParleyExecutable.run(
                    ["import", lines, "--room", "lab", "--files", directory.path], data: data)
                #expect(wrong.status == 1 && wrong.errors.contains(file), "\(wrong)")
                _ = try await run(["import", lines, "--room", "lab", "--files", files], data: data)
                let copies = directory.file("copies")
                #expect(try await run(["export", "--room", "lab", "--files", copies], data: data) == text)
                #expect(try FileManager.default.contentsOfDirectory(atPath: copies) == [file])

                let read = try await server.access.get("/api/v1/files/\(file)", people[2])
                #expect(read.status == 200 && read.text == "what the file says")
                #expect(try await server.access.get("/api/v1/files/\(file)", people[3]).status == 404)
                #expect(
                    try await server.access.call("POST", lab + "/messages", ["text": "x"], people[0]).code
                        == "room_archived")
                let dave = try await server.access.greeted(people[3])
                try await dave.send(.object(["type": "join", "id": "1", "room": "lab"]))
                #expect(try await dave.event("error")["code"] == "banned")
                try await dave.close()
                let carol = try await server.access.socket(people[2])
                let hello = try await carol.event("hello")
                let room = hello["rooms"]?.array?.first { $0["id"] == "lab" }
                #expect(room?["muted"]?.bool == true && room?["archived"]?.bool == true && room?["slow_mode"] == 30)
                try await carol.close()
                // Found at once, without anything else happening in the room.
                try await waitUntil("the imported words are found") {
                    try await server.access.get("/api/v1/search?q=out", people[1]).json["items"]?.array?.count == 1
                }
                try await call(server, "DELETE", lab, [:], people[0])
                #expect(try await server.access.get("/api/v1/files/\(file)", people[2]).status == 404)
            }
        }

        @Test("without its people it waits for who joins, and what it says is found then")
        func withoutMembers() async throws {
            try await TestServer.run { server in
                let data = server.directory.file("data")
                _ = try await fill(server)
                let text = try await run(["export", "--room", "lab"], data: data)
                let lines = text.split(separator: "\n").filter {
                    !$0.contains("\"type\":\"person\"") && !$0.contains("\"type\":\"ban\"")
                }
                let outcome = try await ParleyExecutable.run(
                    ["import", "-", "--room", "copy"], data: data, input: lines.joined(separator: "\n") + "\n")
                #expect(outcome.status == 0 && outcome.errors.contains("the files of 1 messages"), "\(outcome)")
                let dave = try await server.access.login("dave")
                let socket = try await server.access.greeted(dave)
                let joined = try await socket.ask("join", ["room": "copy"])
                #expect(joined["room_info"]?["role"] == "member")
                try await waitUntil("the imported words are found") {
                    try await server.access.get("/api/v1/search?q=out", dave).json["items"]?.array?.count == 1
                }
                try await socket.close()
            }
        }
    }
}
