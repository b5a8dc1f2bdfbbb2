import Testing
import WebSocketTransport

@testable import Chat

@Suite("What waits for someone who lost a room")
struct RoomWithdrawalTests {
    private func judge(_ text: String, head: Int64 = 9) -> FrameVerdict {
        Array(text.utf8).withUnsafeBytes { RoomWithdrawal(room: "a", head: head).judge($0) }
    }

    @Test(
        "loses the room's frames up to its head then, and passing ones, and nothing else",
        arguments: [
            (#"{"type":"message","room":"a","seq":9,"at":"…"}"#, false),
            (#"{"type":"room","room":"a","seq":1}"#, false), (#"{"type":"typing","room":"a","user":"b"}"#, false),
            (#"{"type":"receipt","room":"a"}"#, false),
            (#"{"type":"message","room":"a","seq":10}"#, true), (#"{"type":"message","room":"a","seq":99}"#, true),
            (#"{"type":"message","room":"ab","seq":1}"#, true), (#"{"type":"message","room":"b","seq":1}"#, true),
            (#"{"type":"ok","id":"1","room":"a","seq":3,"at":"…"}"#, true),
            (#"{"type":"error","id":"1","code":"x"}"#, true), (#"{"type":"pong","at":"…"}"#, true),
            (#"{"type":"message","room":"b","seq":1,"text":"\"room\":\"a\",\"seq\":1"}"#, true),
            ("", true), ("{", true), (#"{"type":""#, true), (#"{"type":"message","room":"a""#, false),
        ])
    func events(text: String, stays: Bool) {
        #expect(judge(text) == (stays ? .keep : .drop))
    }

    @Test("a frame as the server writes it is known by its room")
    func written() {
        for kind in [Event.Kind.message, .edited, .deleted, .reacted, .member, .room] {
            var writer = JSONWriter()
            Event(room: "a", seq: 9, at: 0, kind: kind, author: "bob").write(to: &writer)
            let bytes = writer.bytes
            #expect(bytes.withUnsafeBytes { RoomWithdrawal(room: "a", head: 9).judge($0) } == .drop, "\(kind)")
            #expect(bytes.withUnsafeBytes { RoomWithdrawal(room: "a", head: 8).judge($0) } == .keep, "\(kind)")
            #expect(bytes.withUnsafeBytes { RoomWithdrawal(room: "b", head: 9).judge($0) } == .keep, "\(kind)")
        }
    }

    @Test("a page of the room's history becomes an error with the same id, whatever stands in the id")
    func history() throws {
        let page = #""messages":[{"type":"message","room":"a","seq":1}],"more":false}"#
        for id in [#""x""#, #""""#, #""\",\"messages\":[{""#, "\"" + String(repeating: "\\u0001", count: 64) + "\""] {
            let verdict = judge(#"{"type":"ok","id":\#(id),\#(page)"#)
            guard case .replace(let bytes) = verdict else {
                Issue.record("\(id): \(verdict)")
                continue
            }
            let error = try bytes.withUnsafeBytes { try JSONReader.read($0) }
            let wanted = try JSON(parsing: id)
            #expect(error["type"]?.text == "error" && error["code"]?.text == "not_a_member" && error["id"] == wanted)
        }
        #expect(judge(#"{"type":"ok","id":"x","messages":[{"type":"message","room":"b","seq":1}]}"#) == .keep)
        #expect(judge(#"{"type":"ok","id":"x","messages":[],"more":false}"#) == .keep)
    }

    @Test("under back-pressure: the page that waits is taken back, what others said is not", arguments: [0, 1, 2])
    func whole(index: Int) async throws {
        let removals: [LogRequest] = [
            .removeMember(room: "a", user: "bob", by: "olga"), .ban(room: "a", user: "bob", by: "olga"),
            .leave(room: "a", user: "bob"),
        ]
        let text = String(repeating: "x", count: 6000)
        try await TestChat.run { chat in
            for room in ["a", "b"] as [RoomID] { try await chat.makeRoom(room, members: ["bob"]) }
            for _ in 0..<10 { try await chat.send("a", "olga", text) }
            let slow = try await chat.open("bob")
            // An empty page blocks the socket; all that follows waits in the outbox.
            try await slow.block()
            slow.send(#"{"id":"first","type":"history","room":"b"}"#)
            try await slow.wait("the socket to block") { $0.isBlocked }
            slow.send(#"{"id":"page","type":"history","room":"a"}"#)
            try await slow.wait("the page to wait") { $0.pendingBytes > 60_000 }
            for _ in 0..<5 {
                try await chat.send("b", "olga", text)
                try await chat.send("a", "olga", text)
            }
            try await chat.submit(removals[index])
            for _ in 0..<5 { try await chat.send("b", "olga", text) }
            await chat.settle()
            let before = try await slow.frames().count
            try await slow.drain { $0.seqs(of: "b").last == 13 }
            let frames = try await slow.settledFrames()
            #expect(frames.seqs(of: "b") == Array(4...13))
            #expect(frames.seqs(of: "a").isEmpty)
            #expect(frames.dropFirst(before).allSatisfy { $0["type"]?.text != "message" || $0["room"]?.text == "b" })
            #expect(frames.first { $0["id"]?.text == "page" }?["code"]?.text == "not_a_member")
        }
    }
}
