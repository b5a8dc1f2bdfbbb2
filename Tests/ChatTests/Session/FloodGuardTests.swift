import NIOCore
import Testing

@testable import Chat

@Suite("The guard against floods")
struct FloodGuardTests {
    private let limits: ChatLimits = {
        var limits = ChatLimits()
        limits.floodRefusals = 3
        limits.floodPauses = 2
        return limits
    }()

    @Test("refuses, then pauses for the time to wait, then closes")
    func course() {
        var guarded = FloodGuard(limits: limits)
        var now = NIODeadline.uptimeNanoseconds(1_000_000_000)
        for wait: Int64 in [900, 900] {
            #expect(guarded.refused(wait: wait, now: now) == .refuse)
            #expect(guarded.refused(wait: wait, now: now) == .refuse)
            #expect(guarded.refused(wait: wait, now: now) == .pause(.milliseconds(900)))
            // What had been read before the pause is refused, and not held against the peer.
            for _ in 0..<100 { #expect(guarded.refused(wait: wait, now: now) == .refuse) }
            guarded.pauseEnded()
            now = now + .seconds(1)
        }
        for action in [FloodGuard.Action.refuse, .refuse, .close] {
            #expect(guarded.refused(wait: 900, now: now) == action)
        }
    }

    @Test(
        "a pause is neither too short to be felt nor so long that the peer seems lost",
        arguments: [
            (wait: Int64(1), pause: TimeAmount.milliseconds(500)), (700, .milliseconds(700)), (60_000, .seconds(5)),
        ])
    func bounds(wait: Int64, pause: TimeAmount) {
        var guarded = FloodGuard(limits: limits)
        let now = NIODeadline.uptimeNanoseconds(1)
        _ = guarded.refused(wait: wait, now: now)
        _ = guarded.refused(wait: wait, now: now)
        #expect(guarded.refused(wait: wait, now: now) == .pause(pause))
    }

    @Test("half a minute of peace is forgotten")
    func peace() {
        var guarded = FloodGuard(limits: limits)
        var now = NIODeadline.uptimeNanoseconds(1)
        for _ in 0..<50 {
            for action in [FloodGuard.Action.refuse, .refuse, .pause(.milliseconds(500))] {
                #expect(guarded.refused(wait: 20, now: now) == action)
            }
            guarded.pauseEnded()
            now = now + .seconds(31)
        }
    }
}
