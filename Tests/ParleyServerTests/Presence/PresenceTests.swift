import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("Presence")
    struct PresenceTests {
        @Test(
            "a user with several devices is online until the last one is gone for the delay, and a reload is not seen")
        func devices() async throws {
            try await TestServer.run(["presence.offline_delay": "2s", "presence.interval": "5ms"]) { server in
                let alice = try await server.access.register("alice")
                let watcher = try await server.access.greeted(try await server.access.register("bob"))
                var phone = try await server.access.greeted(alice)
                let online = try await watcher.event("presence")
                #expect(online["user"] == "alice" && online["status"] == "online")
                #expect(Set(online.object?.keys.map { $0 } ?? []) == ["type", "user", "status", "last_seen"])
                let laptop = try await server.access.greeted(try await server.access.login("alice"))
                // Reloads, with the laptop still there and without it.
                try await phone.close()
                phone = try await server.access.greeted(alice)
                try await laptop.close()
                try await phone.close()
                phone = try await server.access.greeted(alice)
                try await phone.ask("presence", ["status": "away"])
                #expect(try await watcher.event("presence")["status"] == "away")
                try await phone.close()
                let offline = try await watcher.event("presence")
                #expect(offline["user"] == "alice" && offline["status"] == "offline")
                try await watcher.close()
            }
        }

        @Test("a disabled account is offline at once, for others and in the directory")
        func disabled() async throws {
            try await TestServer.run(["presence.offline_delay": "1h", "presence.interval": "5ms"]) { server in
                let root = try await server.administrator()
                let alice = try await server.access.register("alice")
                let watcher = try await server.access.greeted(try await server.access.register("bob"))
                _ = try await server.access.greeted(alice)
                #expect(try await watcher.event("presence")["status"] == "online")
                let answer = try await server.access.call("POST", "/api/v1/admin/users/alice/disable", [:], root)
                #expect(answer.status == 200)
                #expect(try await watcher.event("presence")["status"] == "offline")
                let user = try await server.access.get("/api/v1/users/alice", root).json["user"]
                #expect(user?["status"] == "offline" && user?["last_seen"]?.string != nil)
                try await watcher.close()
            }
        }

        @Test("the directory and a room's members tell presence to those who share a room, and nothing to others")
        func privacy() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let bob = try await server.access.register("bob")
                let carol = try await server.access.register("carol")
                let open = try await server.access.call("POST", "/api/v1/rooms", ["id": "open"], alice)
                #expect(open.status == 201)
                for login in [alice, bob, carol] {
                    let left = try await server.access.call(
                        "DELETE", "/api/v1/rooms/general/members/\(login.username)", [:], login)
                    #expect(left.status == 204)
                }
                let socket = try await server.access.greeted(alice)
                try await socket.ask("direct", ["user": "bob"])
                for (login, sees) in [(alice, true), (bob, true), (carol, false)] {
                    let status: JSONValue = sees ? "online" : .null
                    let user = try await server.access.get("/api/v1/users/alice", login).json["user"]
                    #expect(user?["status"] == status, "\(login.username)")
                    #expect((user?["last_seen"]?.string != nil) == sees, "\(login.username)")
                    let list = try await server.access.get("/api/v1/users?query=alice", login).json["items"]
                    #expect(list?[0]?["status"] == status, "\(login.username)")
                    // The room is public: anyone may see who is a member, and only that.
                    let members = try await server.access.get("/api/v1/rooms/open/members", login).json["items"]
                    #expect(members?[0]?["user"] == "alice" && members?[0]?["status"] == status, "\(login.username)")
                }
                let never = try await server.access.get("/api/v1/users/bob", alice).json["user"]
                #expect(never?["status"] == "offline" && never?["last_seen"] == .null)
                try await socket.close()
            }
        }

        @Test("when a user was last seen outlives the server")
        func restart() async throws {
            let directory = try TemporaryDirectory()
            try await TestServer.run(directory: directory) { server in
                _ = try await server.access.greeted(try await server.access.register("alice"))
            }
            try await TestServer.run(directory: directory) { server in
                let user = try await server.access.get(
                    "/api/v1/users/alice", try await server.access.login("alice")
                ).json["user"]
                #expect(user?["status"] == "offline" && user?["last_seen"]?.string != nil)
            }
        }

        @Test("500 sockets of 100 users that come at once are told in one frame a user to each who was there")
        func storm() async throws {
            let settings = [
                "presence.interval": "500ms", "presence.offline_delay": "1h",
                // Under a sanitizer, 500 handshakes at once take their time.
                "limits.header_timeout": "2m",
            ]
            try await TestServer.run(settings) { server in
                let watcher = try await server.access.greeted(try await server.access.register("watcher"))
                var logins: [TestLogin] = []
                for start in stride(from: 0, to: 100, by: 4) {
                    logins += try await withThrowingTaskGroup(of: TestLogin.self) { group in
                        for number in start..<start + 4 {
                            group.addTask { try await server.access.register("user-\(number)") }
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                }
                let sockets = try await withThrowingTaskGroup(of: RawSocket.self) { group in
                    for login in logins {
                        for _ in 0..<5 { group.addTask { try await server.access.greeted(login) } }
                    }
                    return try await group.reduce(into: [RawSocket]()) { $0.append($1) }
                }
                var told: [String: Int] = [:]
                while told.count < 100 {
                    let event = try await watcher.event("presence")
                    told[event["user"]?.string ?? "", default: 0] += 1
                    #expect(event["status"] == "online")
                }
                #expect(told.values.allSatisfy { $0 == 1 })
                // The others heard of each of the hundred once at the most.
                for socket in sockets {
                    try await socket.send(opcode: 0x8, [0x03, 0xE8])
                    let heard = try await socket.rest().events.filter { $0["type"] == "presence" }
                    #expect(heard.count <= 100 && Set(heard.compactMap { $0["user"]?.string }).count == heard.count)
                }
                try await watcher.close()
            }
        }

        @Test("typing, receipts and presence come to the typed client")
        func client() async throws {
            try await TestServer.run(["presence.interval": "5ms"]) { server in
                _ = try await server.access.register("alice")
                _ = try await server.access.register("bob")
                let first = try server.client()
                _ = try await first.login(username: "bob", password: TestLogin.password)
                let watcher = try await first.connect()
                let second = try server.client()
                _ = try await second.login(username: "alice", password: TestLogin.password)
                let chat = try await second.connect()
                try await chat.typing("general")
                try await chat.read("general", seq: 2)
                try await chat.presence("away")
                var seen: Set<String> = []
                for await event in watcher.events {
                    switch event {
                    case .typing(let typing): seen.insert("typing \(typing.room) \(typing.user)")
                    case .receipt(let receipt): seen.insert("receipt \(receipt.room) \(receipt.user) \(receipt.read)")
                    case .presence(let presence): seen.insert("\(presence.user) \(presence.status)")
                    default: continue
                    }
                    if seen.isSuperset(of: ["typing general alice", "receipt general alice 2", "alice away"]) { break }
                }
                #expect(seen.isSuperset(of: ["typing general alice", "receipt general alice 2", "alice away"]))
                await chat.close()
                await watcher.close()
            }
        }
    }
}
