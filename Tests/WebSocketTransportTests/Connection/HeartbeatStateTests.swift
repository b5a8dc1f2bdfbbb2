import NIOCore
import Testing

@testable import WebSocketTransport

@Suite("Heartbeat")
struct HeartbeatStateTests {
    private static func at(_ seconds: Int64) -> NIODeadline {
        .uptimeNanoseconds(0) + .seconds(1_000_000 + seconds)
    }

    private static func fresh() -> HeartbeatState {
        HeartbeatState(configuration: HeartbeatConfiguration(), now: at(0))
    }

    @Test("A silent socket is pinged after 25 s and not before")
    func pings() {
        var state = Self.fresh()
        #expect(state.timePassed(to: Self.at(24), unsentByteCount: 0) == .wait(until: Self.at(25)))
        #expect(state.timePassed(to: Self.at(25), unsentByteCount: 0) == .sendPing)
        #expect(state.timePassed(to: Self.at(26), unsentByteCount: 0) != .sendPing)
    }

    @Test("Traffic in either direction postpones the ping")
    func traffic() {
        var state = Self.fresh()
        state.received(at: Self.at(10))
        #expect(state.timePassed(to: Self.at(25), unsentByteCount: 0) == .wait(until: Self.at(35)))
        state.wrote(at: Self.at(30))
        #expect(state.timePassed(to: Self.at(35), unsentByteCount: 0) == .wait(until: Self.at(55)))
    }

    @Test("Ten seconds of silence after the ping was written close with 4009; the time it waited does not count")
    func noAnswer() {
        var state = Self.fresh()
        #expect(state.timePassed(to: Self.at(25), unsentByteCount: 0) == .sendPing)
        #expect(state.timePassed(to: Self.at(40), unsentByteCount: 0) == .wait(until: Self.at(50)))
        state.pingWritten(at: Self.at(50))
        #expect(state.timePassed(to: Self.at(59), unsentByteCount: 0) == .wait(until: Self.at(60)))
        #expect(state.timePassed(to: Self.at(60), unsentByteCount: 0) == .close(.noHeartbeat))
    }

    @Test("Anything from the peer answers a ping")
    func answered() {
        var state = Self.fresh()
        _ = state.timePassed(to: Self.at(25), unsentByteCount: 0)
        state.pingWritten(at: Self.at(25))
        state.received(at: Self.at(26))
        #expect(state.timePassed(to: Self.at(36), unsentByteCount: 0) == .wait(until: Self.at(26 + 27)))
    }

    @Test("Unsent bytes suspend the ping's deadline; it starts again when the kernel has them")
    func unsentSuspends() {
        var state = Self.fresh()
        _ = state.timePassed(to: Self.at(25), unsentByteCount: 0)
        state.pingWritten(at: Self.at(25))
        #expect(state.timePassed(to: Self.at(35), unsentByteCount: 10) == .wait(until: Self.at(40)))
        state.drained(at: Self.at(60))
        #expect(state.timePassed(to: Self.at(69), unsentByteCount: 0) == .wait(until: Self.at(70)))
        #expect(state.timePassed(to: Self.at(70), unsentByteCount: 0) == .close(.noHeartbeat))
    }

    @Test("That the kernel has everything is also seen without being told")
    func drainedUntold() {
        var state = Self.fresh()
        _ = state.timePassed(to: Self.at(25), unsentByteCount: 0)
        state.pingWritten(at: Self.at(25))
        state.blocked(at: Self.at(30), unsentByteCount: 10)
        #expect(state.timePassed(to: Self.at(40), unsentByteCount: 0) == .wait(until: Self.at(50)))
    }

    @Test("Sixty seconds without one byte taken close with 4008")
    func stuck() {
        var state = Self.fresh()
        state.blocked(at: Self.at(100), unsentByteCount: 1000)
        #expect(state.timePassed(to: Self.at(159), unsentByteCount: 1000) == .wait(until: Self.at(160)))
        #expect(state.timePassed(to: Self.at(160), unsentByteCount: 1000) == .close(.stuck))
    }

    @Test("One byte taken is enough to stay")
    func slowReader() {
        var state = Self.fresh()
        state.blocked(at: Self.at(0), unsentByteCount: 1000)
        for minute in 1...10 {
            let now = Self.at(Int64(minute) * 59)
            #expect(state.timePassed(to: now, unsentByteCount: 1000 - minute) == .wait(until: now + .seconds(5)))
        }
    }

    @Test("Prompt answers lengthen the interval to its maximum, late ones halve it to its minimum")
    func adapts() {
        var state = Self.fresh()
        var now = Self.at(0)
        func beat(answeringAfter seconds: Int64) {
            now = now + state.interval
            #expect(state.timePassed(to: now, unsentByteCount: 0) == .sendPing)
            state.pingWritten(at: now)
            now = now + .seconds(seconds)
            state.received(at: now)
        }
        beat(answeringAfter: 1)
        #expect(state.interval == .seconds(27))
        for _ in 0..<30 { beat(answeringAfter: 1) }
        #expect(state.interval == .seconds(55))
        beat(answeringAfter: 6)
        #expect(state.interval == .milliseconds(27500))
        beat(answeringAfter: 9)
        beat(answeringAfter: 9)
        #expect(state.interval == .seconds(10))
    }

    @Test("A configured interval outside its bounds is brought inside")
    func bounds() {
        var configuration = HeartbeatConfiguration()
        configuration.interval = .seconds(5)
        #expect(HeartbeatState(configuration: configuration, now: Self.at(0)).interval == .seconds(10))
        configuration.interval = .seconds(500)
        #expect(HeartbeatState(configuration: configuration, now: Self.at(0)).interval == .seconds(55))
    }
}
