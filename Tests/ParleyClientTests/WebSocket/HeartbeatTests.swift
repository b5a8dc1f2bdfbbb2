import NIOCore
import Testing

@testable import ParleyClient

@Suite struct HeartbeatTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func at(_ seconds: Int64) -> NIODeadline { start + .seconds(seconds) }

    @Test("Silence calls for a ping, and silence after it for the end")
    func dead() {
        var heartbeat = Heartbeat(interval: .seconds(30), timeout: .seconds(10), at: start)
        #expect(heartbeat.firstCheck == at(30))
        #expect(heartbeat.timerFired(at: at(30)) == .ping(thenWaitUntil: at(40)))
        #expect(heartbeat.timerFired(at: at(39)) == .wait(until: at(40)))
        #expect(heartbeat.timerFired(at: at(40)) == .giveUp)
    }

    @Test("Any byte puts the ping off")
    func alive() {
        var heartbeat = Heartbeat(interval: .seconds(30), timeout: .seconds(10), at: start)
        heartbeat.received(at: at(20))
        #expect(heartbeat.timerFired(at: at(30)) == .wait(until: at(50)))
        #expect(heartbeat.timerFired(at: at(50)) == .ping(thenWaitUntil: at(60)))
        heartbeat.received(at: at(51))
        #expect(heartbeat.timerFired(at: at(60)) == .wait(until: at(81)))
    }
}
