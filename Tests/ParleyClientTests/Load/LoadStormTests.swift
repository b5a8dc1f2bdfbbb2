import Testing

@testable import LoadGenerator

@Suite struct LoadStormTests {
    @Test("So many connect at a time, and the last one's arrival is the end")
    func order() {
        var storm = LoadStorm(sockets: 5, startedAt: 1_000_000_000)
        #expect(storm.start(2) == 0..<2)
        #expect(storm.ended(at: 2_000_000_000) == 2)
        #expect(storm.ended(at: 2_000_000_000) == 3)
        #expect(storm.ended(at: 2_000_000_000) == 4)
        #expect(storm.ended(at: 2_500_000_000) == nil)
        #expect(storm.seconds == nil)
        #expect(storm.ended(at: 3_000_000_000) == nil)
        #expect(storm.seconds == 2)
    }

    @Test("A resume begins some messages before the head of its room, or with the first")
    func resumePoint() {
        let hello = #"{"type":"hello","rooms":[{"id":"a","kind":"public","head":7},{"id":"b","head":1234,"read":9}]}"#
        #expect(ResumePoint(hello: hello, room: "b").seq == 1234 - ResumePoint.missed)
        #expect(ResumePoint(hello: hello, room: "a").seq == 0)
        #expect(ResumePoint(hello: hello, room: "c").seq == 0)
        #expect(ResumePoint(hello: "", room: "a").seq == 0)
    }
}
