import Testing

@testable import Chat

@Suite("A resumption that waits")
struct PendingResumptionTests {
    private func text(_ resumption: PendingResumption, _ heads: [RoomID: Int64]) -> String {
        String(decoding: resumption.answer { heads[$0] }, as: UTF8.self)
    }

    @Test("answers with the head of each room, in the order of their names")
    func answer() {
        let resumption = PendingResumption(id: "r", rooms: ["b", "a"])
        #expect(
            text(resumption, ["a": 7, "b": 0])
                == #"{"type":"ok","id":"r","rooms":{"a":{"head":7,"complete":true},"b":{"head":0,"complete":true}}}"#)
    }

    @Test("leaves out a room that is no longer followed, and the id where none was given")
    func gone() {
        #expect(text(PendingResumption(id: nil, rooms: ["a", "b"]), [:]) == #"{"type":"ok","rooms":{}}"#)
    }

    @Test("tells a gap in the rooms it has, and only there")
    func gap() {
        var resumption = PendingResumption(id: nil, rooms: ["a", "b"])
        resumption.noteGap(in: "a")
        resumption.noteGap(in: "z")
        #expect(resumption.rooms == ["a": false, "b": true])
        #expect(text(resumption, ["a": 1]) == #"{"type":"ok","rooms":{"a":{"head":1,"complete":false}}}"#)
    }
}
