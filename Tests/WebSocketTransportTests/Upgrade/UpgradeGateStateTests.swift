import Testing

@testable import WebSocketTransport

@Suite("Upgrade gate's states")
struct UpgradeGateStateTests {
    @Test("The first request for a socket is held and decided at its end")
    func firstRequest() {
        var state = UpgradeGateState()
        #expect(state.headReceived(isUpgradePath: true, isLast: true) == .hold)
        #expect(state.endReceived() == .decide)
        let hasHTTP = state.accepted()
        #expect(!hasHTTP)
    }

    @Test("Other requests go to Hummingbird, whose handlers are asked for once")
    func http() {
        var state = UpgradeGateState()
        #expect(state.headReceived(isUpgradePath: false, isLast: false) == .forward(first: true))
        #expect(state.bodyReceived() == .forward)
        #expect(state.endReceived() == .forward)
        #expect(state.answerFinished() == .none)
        #expect(state.headReceived(isUpgradePath: false, isLast: false) == .forward(first: false))
    }

    @Test("A socket asked for behind unfinished answers waits for them")
    func pipelined() {
        var state = UpgradeGateState()
        _ = state.headReceived(isUpgradePath: false, isLast: false)
        _ = state.endReceived()
        #expect(state.headReceived(isUpgradePath: true, isLast: true) == .hold)
        #expect(state.endReceived() == .discard)
        #expect(state.answerFinished() == .decide)
        let hasHTTP = state.accepted()
        #expect(hasHTTP)
    }

    @Test("After a request that changes the protocol, or ends the connection, the answer closes")
    func last() {
        var state = UpgradeGateState()
        #expect(state.headReceived(isUpgradePath: false, isLast: true) == .forward(first: true))
        _ = state.endReceived()
        #expect(state.headReceived(isUpgradePath: false, isLast: false) == .discard)
        #expect(state.answerFinished() == .close)
    }

    @Test("What is not HTTP is answered when nothing is under way, told when a body is, else ends after the answer")
    func parserFails() {
        var fresh = UpgradeGateState()
        #expect(fresh.parserFailed() == .answer)
        #expect(fresh.parserFailed() == .discard)
        var body = UpgradeGateState()
        _ = body.headReceived(isUpgradePath: false, isLast: false)
        #expect(body.parserFailed() == .forward)
        _ = body.endReceived()
        #expect(body.parserFailed() == .discard)
        #expect(body.answerFinished() == .close)
        var upgrading = UpgradeGateState()
        _ = upgrading.headReceived(isUpgradePath: true, isLast: false)
        _ = upgrading.endReceived()
        _ = upgrading.accepted()
        #expect(upgrading.parserFailed() == .close)
    }

    @Test("The header deadline closes only what has not sent its head")
    func deadline() {
        var fresh = UpgradeGateState()
        let closesFresh = fresh.headerDeadlinePassed()
        #expect(closesFresh)
        var http = UpgradeGateState()
        _ = http.headReceived(isUpgradePath: false, isLast: false)
        let closesHTTP = http.headerDeadlinePassed()
        #expect(!closesHTTP)
    }

    @Test("Stopping closes what is idle, asks Hummingbird about the rest, and leaves sockets alone")
    func quiesce() {
        var fresh = UpgradeGateState()
        #expect(fresh.quiesced() == .close)
        var http = UpgradeGateState()
        _ = http.headReceived(isUpgradePath: false, isLast: false)
        #expect(http.quiesced() == .forward)
        var socket = UpgradeGateState()
        _ = socket.accepted()
        socket.upgraded()
        #expect(socket.quiesced() == .discard)
        #expect(socket.halfCloseRequested(ofInput: false) == .ignore)
        #expect(socket.inputEnded() == .ignore)
    }
}
