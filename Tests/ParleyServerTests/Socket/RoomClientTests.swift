import ParleyClient
import TestSupport
import Testing

extension WholeServer {
    @Suite("Rooms and messages through ParleyClient")
    struct RoomClientTests {
        /// Runs with alice, the owner of team, and bob, its member, both logged in.
        private func run(_ body: (_ alice: ParleyClient, _ bob: ParleyClient) async throws -> Void) async throws {
            try await TestServer.run { server in
                let alice = try server.client()
                let bob = try server.client()
                try await alice.register(username: "alice", password: TestLogin.password)
                try await bob.register(username: "bob", password: TestLogin.password)
                try await alice.createRoom("team", title: "Team")
                try await alice.setMember(of: "team", "bob")
                try await body(alice, bob)
                await alice.shutDown()
                await bob.shutDown()
            }
        }

        /// The code of the problem that a call ends with, nil when it succeeds.
        private func code(_ call: () async throws -> Void) async throws -> String? {
            do {
                try await call()
                return nil
            } catch let problem as ProblemError {
                return problem.code
            }
        }

        @Test("a message is edited, reacted to and deleted, over the socket and over HTTP, and read back")
        func messages() async throws {
            try await run { alice, bob in
                let socket = try await alice.connect()
                let reader = try await bob.connect()
                let seq = try await socket.send("team", "hi @bob").seq
                let edited = try await socket.edit("team", target: seq, text: "hello @bob")
                #expect(edited.duplicate == nil)
                #expect(try await alice.edit("team", target: seq, text: "hello @bob").duplicate == true)
                try await socket.react("team", target: seq, emoji: "👍")
                try await bob.react("team", target: seq, emoji: "👩🏻‍❤️‍💋‍👨🏿")
                try await bob.react("team", target: seq, emoji: "👍")
                try await socket.react("team", target: seq, emoji: "👍", on: false)
                let message = try #require(try await socket.history("team").messages.last)
                #expect(message.text == "hello @bob" && message.editedAt != nil && message.mentions == ["bob"])
                #expect(message.reactions?.map(\.emoji) == ["👍", "👩🏻‍❤️‍💋‍👨🏿"])
                #expect(message.reactions?.map(\.users) == [["bob"], ["bob"]])
                #expect(message.reactions?.map(\.mine) == [false, false])
                #expect(try await code { try await bob.delete("team", target: seq) } == "not_the_author")
                let deleted = try await alice.delete("team", target: seq)
                #expect(try await socket.delete("team", target: seq).seq == deleted.seq)
                #expect(try await socket.history("team").messages.last?.deleted == true)
                var heard: [String] = []
                for await event in reader.events {
                    switch event {
                    case .message(let message): heard.append("message \(message.mentions ?? [])")
                    case .edited(let edit): heard.append("edited \(edit.text) \(edit.mentions ?? [])")
                    case .reacted(let reaction): heard.append("reacted \(reaction.emoji) \(reaction.on)")
                    case .deleted: heard.append("deleted")
                    default: break
                    }
                    if heard.last == "deleted" { break }
                }
                #expect(
                    heard == [
                        "message [\"bob\"]", "edited hello @bob [\"bob\"]", "reacted 👍 true",
                        "reacted 👩🏻‍❤️‍💋‍👨🏿 true", "reacted 👍 true", "reacted 👍 false", "deleted",
                    ])
                await socket.close()
                await reader.close()
            }
        }

        @Test("a room is listed, changed, moderated and deleted, and its members hear of it")
        func rooms() async throws {
            try await run { alice, bob in
                let reader = try await bob.connect()
                #expect(try await bob.rooms().items.map(\.id) == ["general", "team"])
                #expect(try await code { try await alice.createRoom("team") } == "room_exists")
                let changed = try await alice.changeRoom("team", kind: "private", slowMode: 5)
                #expect(changed.kind == "private" && changed.slowMode == 5 && changed.archived == nil)
                #expect(try await alice.changeRoom("team", archived: true).archived == true)
                #expect(try await bob.room("team").archived == true)
                try await alice.changeRoom("team", topic: "T", archived: false)
                try await alice.setMember(of: "team", "bob", role: "moderator", muted: true)
                let members = try await bob.members(of: "team").items
                #expect(members.map(\.user) == ["alice", "bob"] && members.last?.muted == true)
                try await alice.ban(in: "team", "bob", seconds: 60)
                #expect(try await alice.bans(in: "team").items.map(\.user) == ["bob"])
                #expect(try await alice.bans(in: "team").items.first?.until != nil)
                #expect(try await code { _ = try await bob.room("team") } == "room_not_found")
                try await alice.unban(in: "team", "bob")
                try await alice.setMember(of: "team", "bob")
                try await alice.deleteRoom("team")
                var heard: [String] = []
                for await event in reader.events {
                    switch event {
                    case .room(let change):
                        heard.append("room \(change.kind ?? "-") \(change.archived.map { "\($0)" } ?? "-")")
                        if change.deleted == true { heard.append("deleted") }
                    case .member(let member) where member.room == "team":
                        heard.append("\(member.user) \(member.change)")
                    default: break
                    }
                    if heard.last == "deleted" { break }
                }
                #expect(
                    heard == [
                        "room private -", "room - true", "room - false", "bob role", "bob muted", "bob invited",
                        "room - -", "deleted",
                    ])
                await reader.close()
            }
        }
    }
}
