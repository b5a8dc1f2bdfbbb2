import NIOConcurrencyHelpers
import ParleyClient
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("Revoking")
    struct RevocationTests {
        private let path = "/api/v1/admin/revocations"

        @Test("each target ends what it names and nothing else")
        func targets() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let alice = try await server.access.register("alice")
                let second = try await server.access.login("alice")
                let bob = try await server.access.register("bob")
                let bystander = try await server.access.greeted(bob)

                let one = try await server.access.greeted(alice)
                let bySession = try await server.access.call(
                    "POST", path, ["session": .string(alice.session), "reason": "lost laptop"], root)
                #expect(bySession.status == 200)
                expectReceipt(bySession.json, sessions: 1, sockets: 1)
                #expect(try await one.closeCode() == 4501)

                let two = try await server.access.greeted(second)
                let byUser = try await server.access.call("POST", path, ["user": "alice"], root)
                expectReceipt(byUser.json, sessions: 1, sockets: 1)
                #expect(try await two.closeCode() == 4501)
                let repeated = try await server.access.call("POST", path, ["user": "alice"], root)
                expectReceipt(repeated.json, sessions: 0, sockets: 0)

                #expect(try await bystander.ask("ping")["type"] == "pong")
                let sessions = try await server.access.get("/api/v1/admin/sessions?user=bob", root)
                let key = try #require(sessions.json["items"]?[0]?["key"]?.string)
                let byKey = try await server.access.call("POST", path, ["key": .string(key)], root)
                // bob's session and the administrator's own.
                expectReceipt(byKey.json, sessions: 2, sockets: 1)
                #expect(try await bystander.closeCode() == 4501)
                expectProblem(try await server.access.get("/api/v1/me", root), 401, "session_revoked")

                let rootAgain = try await server.access.login("root")
                _ = try await server.access.login("bob")
                let everyone = try await server.access.call("POST", path, ["everyone": true], rootAgain)
                expectReceipt(everyone.json, sessions: 2, sockets: 0)
            }
        }

        @Test("an unknown target fails, and exactly one must be named")
        func badTargets() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let cases: [([String: JSONValue], Int, String)] = [
                    (["session": "AAAAAAAAAAAAAAAAAAAAAA"], 404, "session_not_found"),
                    (["session": "x"], 404, "session_not_found"), (["user": "nobody"], 404, "user_not_found"),
                    (["key": "nokey"], 404, "key_not_found"), ([:], 400, "invalid_field"),
                    (["user": "root", "everyone": true], 400, "invalid_field"),
                    (["everyone": false], 400, "invalid_field"),
                    (["user": 1], 400, "invalid_field"),
                ]
                for (fields, status, code) in cases {
                    let answer = try await server.access.call("POST", path, fields, root)
                    #expect(answer.status == status && answer.code == code, "\(fields) \(answer.text)")
                }
                #expect(try await server.access.get("/api/v1/me", root).status == 200)
            }
        }

        @Test("a disabled user's sockets close with 4502, and the receipt counts them")
        func disable() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let alice = try await server.access.register("alice")
                let sockets = [try await server.access.greeted(alice), try await server.access.greeted(alice)]
                let answer = try await server.access.call("POST", "/api/v1/admin/users/alice/disable", [:], root)
                expectReceipt(answer.json, sessions: 1, sockets: 2)
                for socket in sockets { #expect(try await socket.closeCode() == 4502) }
                let again = try await server.access.call("POST", "/api/v1/admin/users/alice/disable", [:], root)
                expectReceipt(again.json, sessions: 0, sockets: 0)
            }
        }

        @Test("after the receipt no chat frame reaches a revoked socket, while a publisher sends as fast as it can")
        func fullSpeed() async throws {
            try await TestServer.run(["limits.connections_per_user": "100"]) { server in
                let root = try await server.administrator()
                let publisher = try await server.access.greeted(try await server.access.register("publisher"))
                let alice = try await server.access.register("alice")
                let bystander = try await server.access.greeted(try await server.access.register("bob"))
                var victims: [RawSocket] = []
                for _ in 0..<60 { victims.append(try await server.access.greeted(alice)) }

                let isDone = NIOLockedValueBox(false)
                let publishing = Task {
                    var sent: Int64 = 0
                    while !isDone.withLockedValue({ $0 }) {
                        // A window of 50: faster than any one answer.
                        for _ in 0..<50 {
                            try await publisher.send(.object(["type": "send", "room": "general", "text": "flood"]))
                        }
                        for _ in 0..<50 { _ = try await publisher.event("message") }
                        sent += 50
                    }
                    return sent
                }
                for socket in victims { _ = try await socket.event("message") }
                let receipt = try await server.access.call("POST", path, ["user": "alice"], root)
                let head = try await server.head(of: "general", for: "bob")
                expectReceipt(receipt.json, sessions: 1, sockets: 60)

                for socket in victims {
                    let (events, close) = try await socket.rest()
                    #expect(close == CloseReason(code: 4501, reason: "session revoked"))
                    let seqs = events.compactMap { $0["seq"]?.integer }
                    #expect((seqs.max() ?? 0) <= head)
                    #expect(zip(seqs, seqs.dropFirst()).allSatisfy { $0 + 1 == $1 })
                }
                // The room goes on: what comes after the receipt is more than nothing.
                try await waitUntil("the publisher goes on") {
                    try await server.head(of: "general", for: "bob") > head + 100
                }
                isDone.withLockedValue { $0 = true }
                let sent = try await publishing.value
                var last: Int64?
                for _ in 0..<sent {
                    let seq = try await bystander.event("message")["seq"]?.integer
                    if let last { #expect(seq == last + 1) }
                    last = seq
                }
                #expect(try await bystander.ask("ping")["type"] == "pong")
                for socket in [publisher, bystander] { try await socket.close() }
            }
        }

        @Test("a socket that takes nothing is revoked too: what waited for it is never sent")
        func slowVictim() async throws {
            try await TestServer.run { server in
                let root = try await server.administrator()
                let publisher = try await server.access.greeted(try await server.access.register("publisher"))
                let alice = try await server.access.register("alice")
                let victim = try await server.access.greeted(alice)
                try await victim.stopReading()
                let text = String(repeating: "x", count: 8000)
                for _ in 0..<700 {
                    try await publisher.send(.object(["type": "send", "room": "general", "text": .string(text)]))
                }
                for _ in 0..<700 { _ = try await publisher.event("message") }
                let receipt = try await server.access.call("POST", path, ["user": "alice"], root)
                expectReceipt(receipt.json, sessions: 1, sockets: 1)
                try await victim.startReading()
                let (events, close) = try await victim.rest()
                #expect(close?.code == 4501)
                // What the kernel held is all that came; the rest of the 700 was dropped.
                #expect(events.count < 700)
                try await publisher.close()
            }
        }

        @Test("sockets that are being opened while their session is revoked end up closed or refused")
        func race() async throws {
            try await TestServer.run(["limits.connections_per_user": "100"]) { server in
                let root = try await server.administrator()
                _ = try await server.access.register("alice")
                for _ in 0..<5 {
                    let login = try await server.access.login("alice")
                    let outcomes = try await withThrowingTaskGroup(of: UInt16?.self) { group in
                        for index in 0..<12 {
                            group.addTask {
                                if index == 4 {
                                    _ = try await server.access.call("POST", path, ["user": "alice"], root)
                                    return nil
                                }
                                switch try await server.access.upgrade(login.headers) {
                                case .refused(let answer): return UInt16(answer.status)
                                case .socket(let socket): return try await socket.closeCode()
                                }
                            }
                        }
                        return try await group.reduce(into: [UInt16]()) { if let code = $1 { $0.append(code) } }
                    }
                    #expect(outcomes.count == 11 && outcomes.allSatisfy { $0 == 401 || $0 == 4501 }, "\(outcomes)")
                }
            }
        }
    }
}
