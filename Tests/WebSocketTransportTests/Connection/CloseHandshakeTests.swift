import Testing

@testable import WebSocketTransport

@Suite("Close handshake")
struct CloseHandshakeTests {
    @Test("Asked for here: Close, the peer's Close, the end of the transport")
    func fromHere() {
        var handshake = CloseHandshake()
        #expect(handshake.requested(4001) == .sendClose(4001))
        #expect(!handshake.isOpen)
        #expect(handshake.closeWritten() == .none)
        #expect(handshake.received(4001) == .closeTransport)
        #expect(handshake.code == 4001)
    }

    @Test("Asked for there: the code comes back, and the transport ends when it was written")
    func fromThere() {
        var handshake = CloseHandshake()
        #expect(handshake.received(1000) == .sendClose(1000))
        #expect(handshake.closeWritten() == .closeTransport)
        #expect(handshake.code == 1000)
    }

    @Test("A Close without a code is answered by one without, and told as 1005")
    func withoutCode() {
        var handshake = CloseHandshake()
        #expect(handshake.received(nil) == .sendClose(nil))
        #expect(handshake.code == .noStatus)
    }

    @Test("Both at once: the peer's Close comes while ours waits")
    func crossing() {
        var handshake = CloseHandshake()
        #expect(handshake.requested(1001) == .sendClose(1001))
        #expect(handshake.received(1000) == .none)
        #expect(handshake.closeWritten() == .closeTransport)
        #expect(handshake.code == 1001)
    }

    @Test("A violation is answered and not waited on")
    func violation() {
        var handshake = CloseHandshake()
        #expect(handshake.violated(.protocolError) == .sendClose(.protocolError))
        #expect(handshake.closeWritten() == .closeTransport)
    }

    @Test("A violation after our Close ends the transport")
    func violationAfterClose() {
        var handshake = CloseHandshake()
        _ = handshake.requested(1000)
        _ = handshake.closeWritten()
        #expect(handshake.violated(.protocolError) == .closeTransport)
        #expect(handshake.code == 1000)
    }

    @Test("Muting replaces a Close that is still waiting, not one that was written")
    func muted() {
        var handshake = CloseHandshake()
        _ = handshake.requested(1012)
        #expect(handshake.muted(4501) == .sendClose(4501))
        #expect(handshake.code == 4501)
        _ = handshake.closeWritten()
        #expect(handshake.muted(4502) == .none)
        #expect(handshake.code == 4501)
    }

    @Test("A second wish to close changes nothing")
    func twice() {
        var handshake = CloseHandshake()
        _ = handshake.requested(1000)
        #expect(handshake.requested(1001) == .none)
    }

    @Test("The end of input ends the transport, after a Close that waits")
    func inputEnds() {
        var handshake = CloseHandshake()
        #expect(handshake.inputEnded() == .closeTransport)
        #expect(handshake.code == nil)
        var waiting = CloseHandshake()
        _ = waiting.requested(1000)
        #expect(waiting.inputEnded() == .none)
        #expect(waiting.closeWritten() == .closeTransport)
    }

    @Test("The channel's end counts once")
    func closedOnce() {
        var handshake = CloseHandshake()
        let isFirst = handshake.transportClosed()
        let isFirstAgain = handshake.transportClosed()
        #expect(isFirst)
        #expect(!isFirstAgain)
        #expect(handshake.received(1000) == .none)
        #expect(handshake.requested(1000) == .none)
    }
}
