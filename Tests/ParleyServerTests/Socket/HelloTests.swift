import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Greeting a socket")
    struct HelloTests {
        @Test("the handshake is answered as RFC 6455 asks, and parley.v1 is echoed when it was offered")
        func handshake() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                for (offer, echo) in [
                    (nil, nil), ("parley.v1", "parley.v1"), ("chat, parley.v1", "parley.v1"), ("chat", nil),
                ] {
                    let headers = offer.map { [(name: "Sec-WebSocket-Protocol", value: $0)] } ?? []
                    let socket = try await server.access.socket(login, headers: headers)
                    // RFC 6455, section 1.3: the key of the example and its answer.
                    #expect(socket.answer.header("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                    #expect(socket.answer.header("upgrade")?.lowercased() == "websocket")
                    #expect(socket.answer.header("connection")?.lowercased() == "upgrade")
                    #expect(socket.answer.header("sec-websocket-protocol") == echo)
                    #expect(socket.answer.header("sec-websocket-extensions") == nil)
                    try await socket.close()
                }
            }
        }

        @Test("compression is not agreed to")
        func compression() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let socket = try await server.access.socket(
                    login, headers: [("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")])
                #expect(socket.answer.header("sec-websocket-extensions") == nil)
                try await socket.close()
            }
        }

        @Test("hello is the first frame and holds what the protocol says")
        func hello() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let socket = try await server.access.socket(login)
                let hello = try await socket.event()
                #expect(
                    Set(hello.object?.keys.map { $0 } ?? []) == [
                        "type", "protocol", "server", "node", "user", "session", "heartbeat_ms", "limits", "rooms",
                    ])
                #expect(hello["type"]?.string == "hello" && hello["protocol"]?.string == "parley.v1")
                #expect(hello["server"]?.string?.hasPrefix("parley/") == true)
                #expect(hello["node"]?.string?.isEmpty == false)
                #expect(hello["user"] == .object(["id": "alice", "name": "alice", "role": "user"]))
                let session = try #require(hello["session"]?.object)
                #expect(Set(session.keys) == ["id", "device", "created_at", "access_expires_at"])
                #expect(session["id"]?.string == login.session)
                #expect(hello["heartbeat_ms"]?.integer == 25_000)
                let limits = try #require(hello["limits"])
                #expect(limits["frame_bytes"]?.integer == 65_536 && limits["text_bytes"]?.integer == 8192)
                #expect(limits["messages_per_second"]?.integer == 100_000)
                let room = try #require(hello["rooms"]?[0]?.object)
                // `members` is said besides.
                #expect(
                    Set(room.keys) == [
                        "id", "kind", "title", "topic", "role", "muted", "head", "read", "unread", "mentions",
                        "members",
                    ])
                #expect(room["id"] == "general" && room["kind"] == "public" && room["role"] == "member")
                #expect(room["muted"] == false && room["head"] == 1 && room["read"] == 0 && room["unread"] == 0)
                try await socket.close()
            }
        }

        @Test("times are RFC 3339 in UTC with milliseconds")
        func times() async throws {
            try await TestServer.run { server in
                let login = try await server.access.register("alice")
                let socket = try await server.access.socket(login)
                let hello = try await socket.event("hello")
                let pong = try await socket.ask("ping")
                let format = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/
                for time in [hello["session"]?["created_at"], hello["session"]?["access_expires_at"], pong["at"]] {
                    #expect(time?.string?.wholeMatch(of: format) != nil, "\(String(describing: time))")
                }
                try await socket.close()
            }
        }

        @Test("unread counts the messages of others above what was read, for each room")
        func unread() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                let first = try await server.access.greeted(bob)
                for text in ["one", "two"] { try await first.ask("send", ["room": "general", "text": .string(text)]) }
                let socket = try await server.access.greeted(alice)
                try await socket.ask("send", ["room": "general", "text": "mine"])
                let head = try await first.ask("send", ["room": "general", "text": "three"])["seq"]?.integer ?? 0
                func counts() async throws -> [Int64?] {
                    let socket = try await server.access.socket(alice)
                    let room = try await socket.event("hello")["rooms"]?[0]
                    try await socket.close()
                    return [room?["unread"]?.integer, room?["read"]?.integer, room?["head"]?.integer]
                }
                // alice joined at 1, read nothing before, and bob's joining is no message.
                #expect(try await counts() == [3, 0, head])
                try await socket.ask("read", ["room": "general", "seq": .integer(head - 1)])
                #expect(try await counts() == [1, head - 1, head])
                try await first.close()
                try await socket.close()
            }
        }
    }
}
