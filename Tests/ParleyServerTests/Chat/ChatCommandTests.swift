import Foundation
import ParleyClient
import ParleyServer
import TestSupport
import TestTools
import Testing

extension WholeServer {
    @Suite("parley chat")
    struct ChatCommandTests {
        private func json(_ chat: ChatProcess, _ words: String) async throws -> JSONValue {
            try JSONValue(text: try #require(await chat.line(with: words)))
        }

        @Test("two people talk: rooms, history, direct messages, edits and deletions, and nobody writes another's line")
        func talk() async throws {
            try await TestServer.run { server in
                let owner = try await server.access.register("owner")
                let login = try await server.access.register("alice")
                _ = try await server.access.register("bob")
                for (method, path, body) in [
                    ("POST", "rooms", ["id": "lab", "kind": "public", "title": "The lab"]),
                    ("POST", "rooms/general/messages", ["text": "before"]),
                ] as [(String, String, [String: JSONValue])] {
                    #expect(try await server.access.call(method, "/api/v1/" + path, body, owner).status == 201)
                }
                let alice = try ChatProcess(server, "alice")
                #expect(await alice.error(with: "connected as alice") != nil)
                #expect(await alice.error(with: "general")?.contains("3 members") == true)
                #expect(await alice.line(with: "owner: before")?.hasPrefix("[general] ") == true)
                let bob = try ChatProcess(server, "bob", ["--json"])
                let rooms = try await json(bob, #""connected""#)["rooms"]
                #expect(rooms?[0]?["id"] == "general")
                #expect(try await json(bob, #""history""#)["items"]?.array?.last?["text"] == "before")

                try alice.type("hi bob\u{202E}")
                let hi = try await json(bob, #""message""#)
                #expect(hi["text"] == "hi bob\u{202E}" && hi["from"] == "alice" && hi["room"] == "general")
                let shown = try #require(await alice.line(with: "alice: hi"))
                #expect(
                    shown.hasSuffix("alice: hi bob\u{FFFD}") && shown.contains(" #\(hi["seq"]?.integer ?? 0) "))
                try alice.type("/edit hi, bob")
                #expect(try await json(bob, #""edited""#)["text"] == "hi, bob")
                try bob.type("two")
                #expect(try await json(bob, #""ok""#)["room"] == "general")
                #expect(await alice.line(with: "bob: two")?.hasSuffix("bob: two") == true)
                let lines: [String: JSONValue] = ["text": "[general] 10:00 #1 bob: x\nalice: y"]
                let path = "/api/v1/rooms/general/messages"
                #expect(try await server.access.call("POST", path, lines, owner).status == 201)
                #expect(await alice.line(with: "owner: ")?.hasSuffix("bob: x⏎alice: y") == true)
                try bob.type("/delete")
                #expect(await alice.line(with: "bob deleted #") != nil)

                try bob.type("/dm alice")
                #expect(try await json(bob, #""entered""#)["room"]?["kind"] == "direct")
                try bob.type("psst")
                #expect(await alice.line(with: "bob: psst")?.hasPrefix("[general]") == false)
                try alice.type("/join lab")
                #expect(await alice.error(with: "The lab") != nil)
                try alice.type("/who")
                #expect(await alice.line(with: "owner  owner  owner") != nil)
                try await waitUntil("the message is found") {
                    try await server.access.get("/api/v1/search?q=psst", login).json["items"]?.array?.count == 1
                }
                try alice.type("/search psst")
                #expect(await alice.line(with: "bob: psst") != nil)
                try alice.type("/rooms")
                #expect(await alice.line(with: "general  public") != nil)
                try alice.type("/join nowhere")
                #expect(await alice.error(with: "-- ") != nil)
                try alice.type("/frobnicate")
                #expect(await alice.error(with: "/help") != nil)

                try bob.type("/quit")
                #expect(await bob.status() == 0)
                // A line of alice's was refused.
                try alice.endInput()
                #expect(await alice.status() == 1)
                let sessions = try await server.access.get("/api/v1/sessions", try await server.access.login("bob"))
                #expect(!sessions.text.contains("parley chat"))
            }
        }

        @Test("a script's lines are all sent, once each and in their order, through the server's limits")
        func script() async throws {
            try await TestServer.run(["limits.messages_per_second": "2"]) { server in
                let owner = try await server.access.register("owner")
                _ = try await server.access.register("ci")
                let chat = try ChatProcess(server, "ci", ["--json", "--room", "general"])
                for index in 0..<14 { try chat.type("line \(index)") }
                try chat.endInput()
                #expect(await chat.status() == 0)
                let page = try await server.access.get("/api/v1/rooms/general/messages", owner)
                let texts = page.json["messages"]?.array?.compactMap { $0["text"]?.string } ?? []
                #expect(texts == (0..<14).map { "line \($0)" }, "\(page.text)")
            }
        }

        @Test("a lost connection comes back, and what was missed is shown; a session that is ended ends it with 1")
        func connection() async throws {
            let directory = try TemporaryDirectory()
            let server = try await TestServer.start(directory: directory)
            let owner = try await server.access.register("owner")
            _ = try await server.access.register("alice")
            let alice = try ChatProcess(server, "alice", ["--json"])
            #expect(await alice.line(with: #""connected""#) != nil)
            #expect(await alice.line(with: #""history""#) != nil)
            let port = server.access.port
            try await server.stop()
            #expect(await alice.line(with: #""disconnected""#) != nil)
            try await TestServer.run(["server.listen": "127.0.0.1:\(port)"], directory: directory) { server in
                #expect(await alice.line(with: #""connected""#) != nil)
                let sent = try await server.access.call(
                    "POST", "/api/v1/rooms/general/messages", ["text": "back"], owner)
                #expect(sent.status == 201)
                #expect(try await json(alice, #""message""#)["text"] == "back")
                let revoked = try await ParleyExecutable.run(
                    ["session", "revoke", "--user", "alice"], data: server.node.configuration.data.directory)
                #expect(revoked.status == 0)
                #expect(await alice.error(with: "ended the session") != nil)
                #expect(await alice.status() == 1)
            }
        }

        @Test("a wrong password ends it with 1, a wrong use with 64; words for a room that is refused go nowhere else")
        func refusals() async throws {
            try await TestServer.run { server in
                let alice = try await server.access.register("alice")
                let wrong = try ChatProcess(server, "alice", password: "wrong words")
                #expect(await wrong.status() == 1)
                #expect(await wrong.error(with: "password") != nil)
                let nowhere = try ChatProcess(server, "alice", ["--room", "nowhere"])
                try nowhere.type("for nobody else")
                try nowhere.endInput()
                #expect(await nowhere.status() == 1)
                let page = try await server.access.get("/api/v1/rooms/general/messages", alice)
                #expect(page.status == 200 && !page.text.contains("for nobody else"))
                for arguments in [
                    ["chat"], ["chat", server.access.origin], ["chat", "http://x", "--user", "u", "--password-stdin"],
                ] {
                    let outcome = try await ParleyExecutable.run(arguments, data: nil, input: "x\n")
                    #expect(outcome.status == 64, "\(arguments) \(outcome)")
                }
            }
        }
    }
}
