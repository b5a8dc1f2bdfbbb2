import Identity
import Logging
import ParleyClient
import TestSupport
import Testing

@testable import ParleyServer

extension WholeServer {
    @Suite("Webhooks")
    struct WebhookTests {
        private let rooms = "/api/v1/rooms"

        /// A room of alice's with a webhook; its id, and the path of its address.
        private func webhook(
            _ server: TestServer, _ alice: TestLogin, name: String = "Deploys"
        ) async throws -> (id: String, path: String) {
            _ = try await server.access.call("POST", rooms, ["id": "ops"], alice)
            let answer = try await server.access.call(
                "POST", "\(rooms)/ops/webhooks", ["name": .string(name)], alice)
            #expect(answer.status == 201, "\(answer.text)")
            let url = try #require(answer.json["url"]?.string)
            #expect(url.hasPrefix("https://"))
            return (
                try #require(answer.json["id"]?.string),
                "/" + url.split(separator: "/").dropFirst(2).joined(separator: "/")
            )
        }

        @Test("what is posted to a webhook's address is a message of the webhook, live, in history and in the log")
        func post() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let (id, path) = try await webhook(server, alice)
                let socket = try await server.access.greeted(alice)
                let answer = try await server.access.call(
                    "POST", path, ["text": "v1.2 is out", "nonce": "n1", "channel": "#x", "files": [1]])
                #expect(answer.status == 201)
                expectSecurityHeaders(answer)
                #expect(Set(answer.json.object?.keys.map { $0 } ?? []) == ["room", "seq", "at"])
                let live = try await socket.event("message")
                #expect(live["from"]?.string == "hook:\(id)" && live["name"]?.string == "Deploys")
                #expect(live["text"]?.string == "v1.2 is out" && live["room"]?.string == "ops")
                let history = try await server.access.get("\(rooms)/ops/messages", alice)
                #expect(history.json["messages"] == .array([live]))
                let again = try await server.access.call("POST", path, ["text": "other", "nonce": "n1"])
                #expect(again.status == 200 && again.json["seq"] == answer.json["seq"])
                #expect(again.json["duplicate"]?.bool == true)
                // Its author cannot be logged in, and a moderator deletes its messages.
                let seq = try #require(answer.json["seq"]?.integer)
                expectProblem(
                    try await server.access.call("PATCH", "\(rooms)/ops/messages/\(seq)", ["text": "x"], alice), 403,
                    "not_the_author")
                #expect(
                    try await server.access.call("DELETE", "\(rooms)/ops/messages/\(seq)", [:], alice).status == 200)
                try await socket.close()
            }
        }

        @Test("a wrong id and a wrong secret are told apart by nothing; a bad message is refused as anyone's")
        func refused() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let (id, path) = try await webhook(server, alice)
                let paths = [
                    "/api/v1/hooks/\(id)/" + String(repeating: "A", count: 43), "/api/v1/hooks/\(id)/x",
                    "/api/v1/hooks/0\(path.split(separator: "/").suffix(2).joined(separator: "/"))",
                    "/api/v1/hooks/zzzz/" + String(repeating: "A", count: 43),
                ]
                var details: Set<String> = []
                for path in paths {
                    let answer = try await server.access.call("POST", path, ["text": "x"])
                    expectProblem(answer, 404, "webhook_not_found", "\(path)")
                    details.insert(answer.json["detail"]?.string ?? "")
                }
                #expect(details.count == 1)
                for (json, code) in [
                    ([:], "invalid_field"), (["text": ""], "invalid_field"),
                    (["text": .string(String(repeating: "x", count: 9000))], "text_too_long"),
                    (["text": "x", "nonce": 1], "invalid_field"),
                ] as [([String: JSONValue], String)] {
                    let answer = try await server.access.call("POST", path, json)
                    #expect(answer.status == 400 && answer.code == code)
                }
                var foreign = try RawRequest("POST", path, json: ["text": "x"])
                foreign.headers.append(("Origin", "https://evil.example"))
                expectProblem(try await server.access.send(foreign), 403, "origin_not_allowed")
            }
        }

        @Test("a revoked webhook posts nothing more, and neither does one whose room is gone")
        func revoked() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let (id, path) = try await webhook(server, alice)
                #expect(try await server.access.call("POST", path, ["text": "x"]).status == 201)
                for isArchived in [true, false] {
                    let change: [String: JSONValue] = ["archived": .bool(isArchived)]
                    #expect(try await server.access.call("PATCH", "\(rooms)/ops", change, alice).status == 200)
                    let answer = try await server.access.call("POST", path, ["text": "x"])
                    #expect(answer.code == (isArchived ? "room_archived" : nil))
                }
                let address = "\(rooms)/ops/webhooks/\(id)"
                #expect(try await server.access.call("DELETE", address, [:], alice).status == 204)
                expectProblem(try await server.access.call("POST", path, ["text": "x"]), 404, "webhook_not_found")
                expectProblem(
                    try await server.access.call("DELETE", address, [:], alice), 404, "webhook_not_found")
                let (_, second) = try await webhook(server, alice)
                #expect(try await server.access.call("DELETE", "\(rooms)/ops", [:], alice).status == 204)
                expectProblem(try await server.access.call("POST", second, ["text": "x"]), 404, "webhook_not_found")
            }
        }

        @Test("only moderators make, see and revoke webhooks; the list holds no secret, the audit log each act")
        func moderators() async throws {
            try await TestServer.run(["limits.webhooks_per_room": "2"]) { server in
                let root = try await server.administrator()
                let alice = try await server.access.register("alice")
                let member = try await server.access.register("member")
                let stranger = try await server.access.register("stranger")
                let (id, path) = try await webhook(server, alice)
                _ = try await server.access.call("PUT", "\(rooms)/ops/members/member", [:], alice)
                let secret = try #require(path.split(separator: "/").last)
                for (login, code) in [(member, "forbidden"), (stranger, "not_a_member")] {
                    expectProblem(
                        try await server.access.call("POST", "\(rooms)/ops/webhooks", ["name": "x"], login), 403, code)
                    expectProblem(try await server.access.get("\(rooms)/ops/webhooks", login), 403, code)
                    expectProblem(
                        try await server.access.call("DELETE", "\(rooms)/ops/webhooks/\(id)", [:], login), 403, code)
                }
                let list = try await server.access.get("\(rooms)/ops/webhooks", alice)
                #expect(list.json["items"]?.array?.count == 1 && !list.text.contains(secret))
                #expect(list.json["items"]?[0]?["name"]?.string == "Deploys")
                for name in ["", "   ", "a\nb", String(repeating: "x", count: 65)] {
                    let answer = try await server.access.call(
                        "POST", "\(rooms)/ops/webhooks", ["name": .string(name)], alice)
                    expectProblem(answer, 400, "invalid_field", field: "name")
                }
                _ = try await webhook(server, alice)
                expectProblem(
                    try await server.access.call("POST", "\(rooms)/ops/webhooks", ["name": "x"], alice), 409,
                    "too_many_webhooks")
                _ = try await server.access.call("DELETE", "\(rooms)/ops/webhooks/\(id)", [:], alice)
                try await server.node.audit.flush()
                for (kind, count) in [("webhook_created", 2), ("webhook_revoked", 1)] {
                    let audit = try await server.access.get("/api/v1/admin/audit?kind=\(kind)", root)
                    #expect(audit.json["items"]?.array?.count == count && !audit.text.contains(secret))
                    #expect(audit.json["items"]?[0]?["subject"]?.string == "ops")
                }
            }
        }

        @Test("each webhook has a budget of its own, and 429 beyond it")
        func rate() async throws {
            try await TestServer.run(["limits.webhook_messages_per_second": "1"]) { server in
                let alice = try await server.access.register("alice")
                let (id, path) = try await webhook(server, alice)
                let (_, other) = try await webhook(server, alice)
                // Who knows the id only, as every reader does, uses nothing up.
                for _ in 0..<10 { _ = try await server.access.call("POST", "/api/v1/hooks/\(id)/x", ["text": "x"]) }
                var answers: [RawResponse] = []
                for _ in 0..<20 where answers.last?.status != 429 {
                    answers.append(try await server.access.call("POST", path, ["text": "x"]))
                }
                let refused = try #require(answers.last)
                expectProblem(refused, 429, "too_many_requests")
                #expect(refused.header("retry-after") == "1" && answers.count > 4)
                #expect(try await server.access.call("POST", other, ["text": "x"]).status == 201)
            }
        }

        @Test(
            "the secret of an address never reaches the log",
            arguments: [
                ("/api/v1/hooks/ab/SECRET", "/api/v1/hooks/ab/…"), ("//api//v1/hooks/ab/SECRET/", "/api/v1/hooks/ab/…"),
                ("/api/v1/%68ooks/ab/SECRET", "/api/v1/%68ooks/ab/…"),
                ("/api/v1/Hooks/ab/SECRET/x", "/api/v1/Hooks/ab/…"),
                ("/api/v1/hooks/ab", "/api/v1/hooks/ab"), ("/api/v1/rooms/hooks", "/api/v1/rooms/hooks"), ("/", "/"),
            ])
        func logged(path: String, wanted: String) { #expect(RequestLogMiddleware.path(path) == wanted) }

        @Test("a server that logs everything logs no secret")
        func logs() async throws {
            let lines = Mailbox<String>()
            var logger = Logger(label: "parley-test") { _ in LineLog(lines: lines) }
            logger.logLevel = .trace
            try await TestServer.run(logger: logger) { server in
                let alice = try await server.access.register("alice")
                let (_, path) = try await webhook(server, alice)
                let secret = try #require(path.split(separator: "/").last)
                for method in ["POST", "GET", "PUT"] { _ = try await server.access.call(method, path, ["text": "x"]) }
                _ = try await server.access.call("POST", "/" + path + "/more", ["text": "x"])
                _ = try await server.access.get("/healthz")
                var seen: [String] = []
                while lines.count > 0, let line = await lines.next() { seen.append(line) }
                #expect(seen.contains { $0.contains("/hooks/") })
                #expect(!seen.contains { $0.contains(secret) })
            }
        }
    }
}

/// Puts each line with all its metadata into a mailbox.
private struct LineLog: LogHandler {
    let lines: Mailbox<String>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.put("\(event.message) \(metadata) \(event.metadata ?? [:])")
    }
}
