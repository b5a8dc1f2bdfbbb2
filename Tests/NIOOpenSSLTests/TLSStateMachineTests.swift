import TestTools
import Testing

@testable import NIOOpenSSL

@Suite("The state machine of a connection")
struct TLSStateMachineTests {
    private func opened() -> TLSStateMachine {
        var state = TLSStateMachine()
        _ = state.channelActivated()
        _ = state.handshakeFinished()
        return state
    }

    @Test("a connection goes from idle over the handshake to open")
    func ordinaryStart() {
        var state = TLSStateMachine()
        #expect(!state.encrypts && !state.decrypts && state.acceptsWrites)
        #expect(state.channelActivated() == .startHandshake)
        #expect(state.channelActivated() == .nothing)
        #expect(state.handshakeFinished() == .announceHandshake)
        #expect(state.encrypts && state.decrypts)
    }

    @Test("a close sends close_notify, shuts the sending side down, drains and closes")
    func ordinaryClose() {
        var state = opened()
        #expect(state.closeRequested() == .flushCloseNotify)
        #expect(!state.acceptsWrites)
        #expect(state.closeRequested() == .nothing)
        #expect(state.closeFlushed() == .drain)
        #expect(state.streamEnded() == .closeChannel)
        #expect(state.phase == .closed)
    }

    @Test("a close after the peer's FIN has nothing to drain")
    func closeAfterFin() {
        var state = opened()
        #expect(state.closeNotifyReceived(isHalfClosureAllowed: true) == .reportInputEnd)
        #expect(state.streamEnded() == .nothing)
        #expect(state.encrypts)
        #expect(state.closeRequested() == .flushCloseNotify)
        #expect(state.closeFlushed() == .closeChannel)
    }

    @Test("without half closure a peer's close_notify closes")
    func noHalfClosure() {
        var state = opened()
        #expect(state.closeNotifyReceived(isHalfClosureAllowed: false) == .reportInputEndAndClose)
    }

    @Test("a bare end of the stream is a truncation")
    func truncation() {
        var state = opened()
        #expect(state.streamEnded() == .reportTruncationAndClose)
        #expect(state.streamEnded() == .nothing)
    }

    @Test("closing only our direction leaves the peer's open")
    func outputClose() {
        var state = opened()
        #expect(state.outputCloseRequested() == .closeOutput)
        #expect(state.outputCloseRequested() == .nothing)
        #expect(state.decrypts && !state.encrypts && !state.acceptsWrites)
        #expect(state.closeNotifyReceived(isHalfClosureAllowed: true) == .reportInputEndAndClose)
        #expect(state.closeRequested() == .drain)
    }

    @Test("closing our direction after the peer's closes both")
    func outputCloseLast() {
        var state = opened()
        _ = state.closeNotifyReceived(isHalfClosureAllowed: true)
        #expect(state.outputCloseRequested() == .flushCloseNotify)
    }

    @Test("an alert is flushed before the connection drains")
    func alert() {
        var state = opened()
        #expect(state.failed() == .flushAlert)
        #expect(state.failed() == .nothing)
        #expect(state.closeFlushed() == .drain)
        #expect(state.deadlineReached() == .closeChannel)
        #expect(state.deadlineReached() == .nothing)
    }

    @Test("draining is bounded in bytes")
    func drainBound() {
        var state = opened()
        #expect(state.inputDiscarded(bytes: .max) == .nothing)
        _ = state.closeRequested()
        #expect(state.inputDiscarded(bytes: TLSStateMachine.maximumDrainedBytes - 1) == .nothing)
        #expect(state.inputDiscarded(bytes: .max) == .closeChannel)
        #expect(state.inputDiscarded(bytes: 1) == .nothing)
    }

    @Test("the handshake's deadline and the stream's end in it give it up")
    func handshakeEnds() {
        var late = TLSStateMachine()
        _ = late.channelActivated()
        #expect(late.deadlineReached() == .giveUpHandshake)
        var cut = TLSStateMachine()
        _ = cut.channelActivated()
        #expect(cut.streamEnded() == .abandonHandshake)
        var closed = TLSStateMachine()
        _ = closed.channelActivated()
        #expect(closed.closeRequested() == .closeChannel)
    }

    @Test("the channel's end tells what it cut off")
    func channelEnd() {
        var handshaking = TLSStateMachine()
        _ = handshaking.channelActivated()
        #expect(handshaking.channelClosed() == .reportClosed(early: true, cut: false))
        var open = opened()
        #expect(open.channelClosed() == .reportClosed(early: false, cut: true))
        var ended = opened()
        _ = ended.closeNotifyReceived(isHalfClosureAllowed: true)
        #expect(ended.channelClosed() == .reportClosed(early: false, cut: false))
        var aborted = opened()
        #expect(aborted.aborted() == .closeChannel)
        #expect(aborted.aborted() == .nothing)
        #expect(aborted.channelClosed() == .reportClosed(early: false, cut: false))
    }

    @Test("no order of facts leaves the closed state or closes twice")
    func randomFacts() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            var state = TLSStateMachine()
            var closes = 0
            for _ in 0..<24 {
                let wasClosed = state.phase == .closed
                let action: TLSStateMachine.Action
                switch UInt8.random(in: 0..<11, using: &generator) {
                case 0: action = state.channelActivated()
                case 1: action = state.handshakeFinished()
                case 2: action = state.failed()
                case 3: action = state.closeNotifyReceived(isHalfClosureAllowed: .random(using: &generator))
                case 4: action = state.streamEnded()
                case 5: action = state.closeRequested()
                case 6: action = state.outputCloseRequested()
                case 7: action = state.closeFlushed()
                case 8: action = state.deadlineReached()
                case 9: action = state.inputDiscarded(bytes: 100_000)
                default: action = state.aborted()
                }
                if wasClosed { #expect(action == .nothing && state.phase == .closed) }
                if [.closeChannel, .abandonHandshake, .giveUpHandshake].contains(action) { closes += 1 }
            }
            #expect(closes <= 1)
        }
    }
}
