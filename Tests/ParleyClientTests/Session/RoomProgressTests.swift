import FoundationEssentials
import TestTools
import Testing

@testable import ParleyClient

@Suite struct RoomProgressTests {
    private func event(_ seq: Int, _ room: String = "r") throws -> ServerEvent {
        let text = #"{"room":"\#(room)","seq":\#(seq),"at":"","from":"bob","text":"t"}"#
        return .message(try JSONDecoder().decode(ServerEvent.Message.self, from: Data(text.utf8)))
    }

    private func hello(_ heads: [String: Int], kind: String = "public") throws -> ChatHello {
        let rooms = heads.map { #"{"id":"\#($0.key)","kind":"\#(kind)","head":\#($0.value)}"# }.joined(separator: ",")
        let text = #"{"protocol":"parley.v1","user":{"id":"alice"},"session":{"id":"s"},"rooms":[\#(rooms)]}"#
        return try JSONDecoder().decode(ChatHello.self, from: Data(text.utf8))
    }

    private func answer(_ text: String) throws -> CommandAnswer.Resume {
        try JSONDecoder().decode(CommandAnswer.Resume.self, from: Data(text.utf8))
    }

    @Test("A first greeting starts every room at its head")
    func firstGreeting() throws {
        var progress = RoomProgress()
        #expect(progress.greeted(try hello(["r": 7])) == [:])
        #expect(progress.arrived(try event(8)) == .deliver([try event(8)]))
        #expect(progress.last == ["r": 8])
    }

    @Test("Rooms behind their head are resumed, and rooms that are gone are forgotten")
    func laterGreeting() throws {
        var progress = RoomProgress(last: ["r": 3, "gone": 9, "even": 5])
        #expect(progress.greeted(try hello(["r": 7, "even": 5])) == ["r": 3])
        #expect(progress.last == ["r": 3, "even": 5])
    }

    @Test("A direct room that was opened meanwhile is read from its start")
    func newDirectRoom() throws {
        var progress = RoomProgress()
        _ = progress.greeted(try hello(["r": 1]))
        #expect(progress.greeted(try hello(["dm-1": 4], kind: "direct")) == ["dm-1": 0])
    }

    @Test("A deleted room is forgotten, wherever one stood in it, and one of the same name begins anew")
    func deletedRoom() throws {
        var progress = RoomProgress()
        _ = progress.greeted(try hello(["r": 7]))
        #expect(progress.arrived(try event(9)) == .resume(after: 7))
        let text = #"{"room":"r","seq":12,"at":"","by":"bob","deleted":true}"#
        let end = ServerEvent.room(
            try JSONDecoder().decode(ServerEvent.RoomChanged.self, from: Data(text.utf8)))
        #expect(progress.arrived(end) == .deliver([end]))
        #expect(progress.last == [:])
        #expect(progress.arrived(try event(1)) == .deliver([try event(1)]))
        #expect(progress.last == ["r": 1])
    }

    @Test("A position beyond the head, as after a restored backup, goes back to the head")
    func beyondHead() throws {
        var progress = RoomProgress(last: ["r": 50])
        #expect(progress.greeted(try hello(["r": 10])) == [:])
        #expect(progress.arrived(try event(11)) == .deliver([try event(11)]))
    }

    @Test("Repeats are dropped")
    func repeats() throws {
        var progress = RoomProgress(last: ["r": 5])
        _ = progress.greeted(try hello(["r": 5]))
        #expect(progress.arrived(try event(5)) == .nothing)
        #expect(progress.arrived(try event(6)) == .deliver([try event(6)]))
        #expect(progress.arrived(try event(6)) == .nothing)
    }

    @Test("A gap asks for a resume once, and what came early is delivered in its place")
    func gap() throws {
        var progress = RoomProgress(last: ["r": 5])
        _ = progress.greeted(try hello(["r": 5]))
        #expect(progress.arrived(try event(8)) == .resume(after: 5))
        #expect(progress.arrived(try event(9)) == .nothing)
        #expect(progress.arrived(try event(6)) == .deliver([try event(6)]))
        #expect(progress.arrived(try event(7)) == .deliver([try event(7), try event(8), try event(9)]))
        #expect(progress.arrived(try event(8)) == .nothing)
        #expect(progress.resumed(["r": 5], try answer(#"{"rooms":{"r":{"head":9,"complete":true}}}"#)) == [])
        #expect(progress.arrived(try event(10)) == .deliver([try event(10)]))
    }

    @Test("Live events ahead of a resume wait for what was missed")
    func liveBeforeReplay() throws {
        var progress = RoomProgress(last: ["r": 1])
        #expect(progress.greeted(try hello(["r": 3])) == ["r": 1])
        #expect(progress.arrived(try event(4)) == .nothing)
        #expect(progress.arrived(try event(2)) == .deliver([try event(2)]))
        #expect(progress.arrived(try event(3)) == .deliver([try event(3), try event(4)]))
        #expect(progress.arrived(try event(4)) == .nothing)
    }

    @Test("Where retention has cut the start, the rest comes out once the answer says so")
    func retention() throws {
        var progress = RoomProgress(last: ["r": 1])
        _ = progress.greeted(try hello(["r": 12]))
        #expect(progress.arrived(try event(13)) == .nothing)
        #expect(progress.arrived(try event(11)) == .nothing)
        #expect(progress.arrived(try event(12)) == .nothing)
        let released = progress.resumed(["r": 1], try answer(#"{"rooms":{"r":{"head":13,"complete":false}}}"#))
        #expect(released == [try event(11), try event(12), try event(13)])
        #expect(progress.arrived(try event(14)) == .deliver([try event(14)]))
    }

    @Test("A room that the answer leaves out is forgotten")
    func leftOut() throws {
        var progress = RoomProgress(last: ["r": 1])
        _ = progress.greeted(try hello(["r": 2]))
        #expect(progress.resumed(["r": 1], try answer(#"{"rooms":{}}"#)) == [])
        #expect(progress.last == [:])
    }

    @Test("Being let in again starts the room anew instead of asking for what was missed")
    func rejoined() throws {
        var progress = RoomProgress(last: ["r": 5])
        _ = progress.greeted(try hello(["r": 5]))
        let text = #"{"room":"r","seq":20,"at":"","user":"alice","change":"joined"}"#
        let joined = ServerEvent.member(try JSONDecoder().decode(ServerEvent.Member.self, from: Data(text.utf8)))
        #expect(progress.arrived(joined) == .deliver([joined]))
        #expect(progress.last == ["r": 20])
    }

    @Test("Whatever the order of live and replayed events, each comes out once and in order", arguments: 0..<200)
    func noise(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let head = Int.random(in: 2...40, using: &random)
        let start = Int.random(in: 0..<head, using: &random)
        var progress = RoomProgress(last: ["r": start])
        var asked = progress.greeted(try hello(["r": head]))
        #expect(asked == ["r": start])
        var out: [Int] = []
        func take(_ verdict: RoomProgress.Verdict) {
            if case .deliver(let events) = verdict { out += events.compactMap { $0.position?.seq } }
            if case .resume = verdict { Issue.record("a resume is under way already") }
        }
        let live = Int.random(in: 0...10, using: &random)
        for seq in (head + 1)..<(head + 1 + live) { take(progress.arrived(try event(seq))) }
        for seq in (start + 1)...(head + live) { take(progress.arrived(try event(seq))) }
        let text = #"{"rooms":{"r":{"head":\#(head + live),"complete":true}}}"#
        out += progress.resumed(asked, try answer(text)).compactMap { $0.position?.seq }
        asked = [:]
        take(progress.arrived(try event(head + live + 1)))
        #expect(out == Array((start + 1)...(head + live + 1)))
    }
}
