import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Who was removed from a room")
    struct RemovalTests {
        @Test(
            "gets nothing of it that the kernel had not taken, however much waits, and all of the other rooms",
            arguments: [("DELETE", "/members/bob"), ("PUT", "/bans/bob"), ("DELETE", "")])
        func whileReadingSlowly(method: String, path: String) async throws {
            try await TestServer.run(["limits.outbox_bytes": "512KiB"]) { server in
                let login = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                for room in ["team", "other"] {
                    _ = try await server.access.call("POST", "/api/v1/rooms", ["id": .string(room)], login)
                    _ = try await server.access.call("PUT", "/api/v1/rooms/\(room)/members/bob", [:], login)
                }
                let alice = try await server.access.greeted(login)
                let slow = try await server.access.greeted(bob)
                try await slow.stopReading()
                let text = JSONValue.string(String(repeating: "x", count: 8000))
                var last: Int64 = 0
                while try await server.fallenBehindCount() == 0 {
                    let sent = try await alice.ask("send", ["room": "team", "text": text])
                    last = try #require(sent["seq"]?.integer)
                }
                let removal = try await server.access.call(method, "/api/v1/rooms/team" + path, [:], login)
                #expect(removal.status == 204)
                try await alice.ask("send", ["room": "other", "text": "the end"])
                try await slow.startReading()
                var seen: Int64 = 0
                while true {
                    let event = try await slow.event { $0["seq"] != nil }
                    if event["room"] == "other" { break }
                    if event["type"] == "message" { seen = max(seen, event["seq"]?.integer ?? 0) }
                }
                // The outbox held more than sixty of these when it took no more; at most eight were in the hands of TLS.
                #expect(seen > 0 && seen < last - 40, "\(seen) of \(last)")
                for socket in [alice, slow] { try await socket.close() }
            }
        }
    }
}
