import Chat
import ParleyClient
import ParleyServer
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("Retention of a room")
    struct RetentionRouteTests {
        @Test("an owner sets it over HTTP, and whoever resumes is told that the start is gone")
        func resume() async throws {
            let clock = TestClock()
            try await TestServer.run(clock: clock.wallClock) { server in
                let alice = try await server.access.register("alice")
                let room = try await server.access.call("POST", "/api/v1/rooms", ["id": "lab"], alice)
                #expect(room.status == 201 && room.json["room_info"]?["retention"] == nil)
                for number in 1...20 {
                    _ = try await server.access.call(
                        "POST", "/api/v1/rooms/lab/messages", ["text": .string("m\(number)")], alice)
                }
                let path = "/api/v1/rooms/lab"
                for bad in [.integer(-1), .string("30d"), .integer(400_000_000), .bool(true)] as [JSONValue] {
                    let answer = try await server.access.call("PATCH", path, ["retention": bad], alice)
                    #expect(answer.status == 400 && answer.json["field"] == "retention", "\(bad)")
                }
                let changed = try await server.access.call("PATCH", path, ["retention": .integer(3600)], alice)
                #expect(changed.json["room_info"]?["retention"]?.integer == 3600, "\(changed.text)")
                clock.advance(bySeconds: 3601)
                _ = try await server.access.call(
                    "POST", path + "/messages", ["text": "young"], try await server.access.login("alice"))
                try await server.node.retention.prune(now: clock.now)

                let login = try await server.access.login("alice")
                let page = try await server.access.get(path + "/log?after=0&limit=200", login)
                #expect(page.json["events"]?.array?.compactMap { $0["seq"]?.integer } == [24])
                let history = try await server.access.get(path + "/messages", login)
                #expect(history.json["messages"]?.array?.compactMap { $0["text"]?.string } == ["young"])
                #expect(history.json["more"] == false)
                for (last, isComplete) in [(0, false), (5, false), (22, false), (23, true), (24, true)]
                    as [(Int64, Bool)]
                {
                    let socket = try await server.access.greeted(login)
                    let answer = try await socket.ask("resume", ["rooms": .object(["lab": .integer(last)])])
                    let expected: JSONValue = .object(["head": 24, "complete": .bool(isComplete)])
                    #expect(answer["rooms"]?["lab"] == expected, "\(last)")
                    try await socket.close()
                }
                // Everything goes, and the room lives on.
                clock.advance(bySeconds: 3601)
                try await server.node.retention.prune(now: clock.now)
                let later = try await server.access.login("alice")
                let socket = try await server.access.greeted(later)
                let answer = try await socket.ask("resume", ["rooms": .object(["lab": 3])])
                #expect(answer["rooms"]?["lab"] == .object(["head": 24, "complete": false]))
                try await socket.ask("send", ["room": "lab", "text": "on"])
                #expect(try await socket.event("message")["seq"]?.integer == 25)
                try await socket.close()
            }
        }

        @Test("the server itself takes out what is over, with chat.retention as the default")
        func maintenance() async throws {
            let clock = TestClock()
            let directory = try TemporaryDirectory()
            let settings = ["chat.retention": "1h", "data.directory": directory.file("data")]
            try await TestServer.run(settings, clock: clock.wallClock, directory: directory) { server in
                _ = try await server.access.register("alice")
            }
            clock.advance(bySeconds: 3601)
            try await TestServer.run(settings, clock: clock.wallClock, directory: directory) { server in
                let login = try await server.access.login("alice")
                try await waitUntil("the start is gone") {
                    try await server.access.get("/api/v1/rooms/general/log", login).json["events"]?.array?.isEmpty
                        == true
                }
                #expect(try await server.head(of: "general", for: "alice") == 1)
            }
        }
    }
}
