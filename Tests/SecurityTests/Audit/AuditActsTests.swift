import Foundation
import NIOConcurrencyHelpers
import ParleyClient
import ParleyServer
import TestSupport
import TestTools
import Testing

@testable import Identity

@Suite("Acts that are audited")
struct AuditActsTests {
    private static let path = "/api/v1/admin/audit"

    private func last(_ server: TestServer, _ root: TestLogin) async throws -> Int64 {
        var after: Int64 = 0
        while true {
            let page = try await server.access.get(Self.path + "?limit=200&cursor=\(after)", root).json
            after = page["items"]?.array?.last?["id"]?.integer ?? after
            if page["cursor"]?.string == nil { return after }
        }
    }

    private func entries(_ server: TestServer, _ root: TestLogin, after: Int64) async throws -> [JSONValue] {
        try await server.access.get(Self.path + "?limit=200&cursor=\(after)", root).json["items"]?.array ?? []
    }

    @Test("every act of administration over HTTP leaves entries of its kind, by whom and about whom")
    func administration() async throws {
        try await TestServer.run { server in
            let root = try await server.administrator()
            _ = try await server.access.register("carol")
            let password = JSONValue.string("another good password")
            let admin = "/api/v1/admin"
            let acts: [(method: String, path: String, body: [String: JSONValue], kinds: String, subject: String?)] = [
                ("POST", "\(admin)/users", ["username": "bob", "password": password], "account_created", "bob"),
                ("PUT", "\(admin)/users/bob/role", ["role": "admin"], "role_changed", "bob"),
                ("PUT", "\(admin)/users/bob/password", ["password": password], "password_changed", "bob"),
                ("POST", "\(admin)/users/bob/disable", ["reason": "left"], "account_disabled", "bob"),
                ("POST", "\(admin)/users/bob/enable", [:], "account_enabled", "bob"),
                ("DELETE", "\(admin)/users/bob", [:], "account_disabled account_deleted", "bob"),
                ("POST", "\(admin)/revocations", ["user": "carol"], "revocation", "carol"),
                ("DELETE", "/api/v1/sessions", [:], "revocation", "root"),
                ("POST", "\(admin)/invites", ["uses": 2], "invite_created", nil),
                ("POST", "\(admin)/keys/rotate", [:], "key_rotated", nil),
                ("DELETE", "\(admin)/throttle?user=carol", [:], "throttle_cleared", nil),
                ("POST", "/api/v1/rooms", ["id": "den", "kind": "public"], "room", "den"),
                ("PATCH", "/api/v1/rooms/den", ["title": "Den"], "room", "den"),
                ("PUT", "/api/v1/rooms/den/members/carol", ["role": "moderator"], "room", "den"),
                ("DELETE", "/api/v1/rooms/den/members/carol", [:], "room", "den"),
                ("PUT", "/api/v1/rooms/den/bans/carol", [:], "room", "den"),
                ("DELETE", "/api/v1/rooms/den/bans/carol", [:], "room", "den"),
                ("DELETE", "/api/v1/rooms/den", [:], "room", "den"),
            ]
            for act in acts {
                let before = try await last(server, root)
                let answer = try await server.access.call(act.method, act.path, act.body, root)
                #expect((200..<300).contains(answer.status), "\(act.method) \(act.path): \(answer.text)")
                let found = try await entries(server, root, after: before)
                let kinds = found.compactMap { $0["kind"]?.string }.joined(separator: " ")
                #expect(kinds == act.kinds, "\(act.method) \(act.path): \(found)")
                #expect(found.first?["actor"] == "root" && found.first?["address"] == "127.0.0.1")
                if let subject = act.subject { #expect(found.first?["subject"]?.string == subject, "\(act.path)") }
            }
            let key = try await server.access.get("\(admin)/keys", root).json["items"]?.array?
                .first { $0["current"]?.bool == false }?["id"]?.string
            let before = try await last(server, root)
            _ = try await server.access.call("POST", "\(admin)/keys/\(try #require(key))/revoke", [:], root)
            let again = try await server.access.login("root")
            let kinds = try await entries(server, again, after: before).map { $0["kind"]?.string }
            #expect(kinds.first == "key_revoked")
        }
    }

    @Test("what a user does to the own account is recorded: second factor, recovery code, password")
    func ownAccount() async throws {
        try await TestServer.run { server in
            let access = server.access
            let root = try await server.administrator()
            let alice = try await access.register("alice")
            let name = try #require(Username("alice"))
            let before = try await last(server, root)
            _ = try await access.call("POST", "/api/v1/me/totp", [:], alice)
            let code = try #require(try await server.node.authority.secondFactors.code(of: name))
            let codes = try await access.call("POST", "/api/v1/me/totp/confirm", ["code": .string(code)], alice)
            let recovery = try #require(codes.json["recovery_codes"]?[0])
            let login = try await access.call(
                "POST", "/api/v1/auth/login",
                ["username": "alice", "password": .string(TestLogin.password), "totp": recovery])
            #expect(login.status == 200)
            _ = try await access.call("DELETE", "/api/v1/me/totp", ["password": .string(TestLogin.password)], alice)
            let changed = try await access.call(
                "POST", "/api/v1/me/password",
                ["current": .string(TestLogin.password), "new": "another good password"], alice)
            #expect(changed.status == 200)
            let found = try await entries(server, root, after: before)
            #expect(
                found.map { $0["kind"]?.string ?? "" } == [
                    "totp_enabled", "login", "recovery_code_used", "totp_disabled", "password_changed",
                ])
            #expect(found.allSatisfy { $0["actor"] == "alice" && $0["subject"] == "alice" })
        }
    }

    @Test("what is done to a room over the socket is recorded: a moderator's deletion, a direct room")
    func socket() async throws {
        try await TestServer.run { server in
            let root = try await server.administrator()
            let moderator = try await server.access.greeted(root)
            let alice = try await server.access.greeted(try await server.access.register("alice"))
            let sent = try await alice.ask("send", ["room": "general", "text": "insult"])
            let own = try await alice.ask("send", ["room": "general", "text": "typo"])
            let before = try await last(server, root)
            let deletions = [(alice, own), (moderator, sent), (moderator, sent)]
            for (socket, message) in deletions {
                let target = try #require(message["seq"])
                let answer = try await socket.ask("delete", ["room": "general", "target": target])
                #expect(answer["type"] == "ok")
            }
            for _ in 0..<2 { #expect(try await alice.ask("direct", ["user": "root"])["type"] == "ok") }
            let found = try await entries(server, root, after: before)
            // A deletion of one's own is no administration, and what is so already is no act.
            #expect(found.map { $0["details"]?["act"] } == ["delete_message", "create"])
            #expect(found.map { $0["actor"] } == ["root", "alice"])
            #expect(found.first?["details"]?["author"] == "alice" && found.first?["subject"] == "general")
            #expect(found.last?["details"]?["people"] == "alice,root")
            #expect(try await server.access.get(Self.path, root).text.contains("insult") == false)
            for socket in [moderator, alice] { try await socket.close() }
        }
    }

    @Test("parley audit show --follow prints what is there and each entry as it comes")
    func follow() async throws {
        try await TestServer.run { server in
            _ = try await server.access.register("alice")
            let process = Process()
            process.executableURL = URL(fileURLWithPath: ParleyExecutable.path)
            process.arguments = [
                "audit", "show", "--follow", "--json", "--user", "alice", "--data",
                server.node.configuration.data.directory,
            ]
            let output = Pipe()
            process.standardOutput = output
            let text = NIOLockedValueBox("")
            output.fileHandleForReading.readabilityHandler = { handle in
                let more = String(decoding: handle.availableData, as: UTF8.self)
                text.withLockedValue { $0 += more }
            }
            let ended = Mailbox<Int32>()
            process.terminationHandler = { ended.put($0.terminationStatus) }
            try process.run()
            try await waitUntil("what is there") { text.withLockedValue { $0.contains("account_created") } }
            #expect(text.withLockedValue { !$0.contains("\"login\"") })
            _ = try await server.access.login("alice")
            try await waitUntil("what comes") { text.withLockedValue { $0.contains("\"kind\":\"login\"") } }
            process.interrupt()
            _ = await ended.next()
            output.fileHandleForReading.readabilityHandler = nil
            let lines = text.withLockedValue { $0.split(separator: "\n").map(String.init) }
            #expect(lines.count == 2 && lines.allSatisfy { (try? JSONValue(text: $0)) != nil }, "\(lines)")
        }
    }
}
