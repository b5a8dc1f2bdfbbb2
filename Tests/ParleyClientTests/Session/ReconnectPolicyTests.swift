import Testing

@testable import ParleyClient

@Suite struct ReconnectPolicyTests {
    @Test(
        "A close code says whether to come back",
        arguments: [
            (4001, ReconnectPolicy.Decision.reconnect(refreshFirst: true, after: nil)),
            (4000, .reconnect(refreshFirst: false, after: nil)), (4008, .reconnect(refreshFirst: false, after: nil)),
            (4009, .reconnect(refreshFirst: false, after: nil)), (4029, .reconnect(refreshFirst: false, after: nil)),
            (4499, .reconnect(refreshFirst: false, after: nil)), (1001, .reconnect(refreshFirst: false, after: nil)),
            (1006, .reconnect(refreshFirst: false, after: nil)), (1012, .reconnect(refreshFirst: false, after: nil)),
            (1000, .end), (1002, .end), (1007, .end), (1009, .end), (4500, .end), (4501, .end), (4502, .end),
            (4999, .end),
        ] as [(UInt16, ReconnectPolicy.Decision)])
    func codes(code: UInt16, decision: ReconnectPolicy.Decision) {
        #expect(ReconnectPolicy.decision(after: CloseReason(code: code, reason: "")) == decision)
    }

    @Test(
        "A refused upgrade says whether to come back",
        arguments: [
            (401, "token_expired", ReconnectPolicy.Decision.reconnect(refreshFirst: true, after: .seconds(3))),
            (401, "session_revoked", .end), (403, "account_disabled", .end), (403, "origin_not_allowed", .end),
            (429, "rate_limited", .reconnect(refreshFirst: false, after: .seconds(3))),
            (503, "draining", .reconnect(refreshFirst: false, after: .seconds(3))), (400, "bad_handshake", .end),
        ])
    func refusals(status: Int, code: String, decision: ReconnectPolicy.Decision) {
        let problem = ProblemError(status: status, code: code, title: "", retryAfter: .seconds(3))
        #expect(ReconnectPolicy.decision(after: problem) == decision)
    }

    @Test("A network that fails is tried again; a certificate that fails is not")
    func network() {
        let again = ReconnectPolicy.Decision.reconnect(refreshFirst: false, after: nil)
        #expect(ReconnectPolicy.decision(after: ClientError(.connectFailed, "")) == again)
        #expect(ReconnectPolicy.decision(after: ClientError(.timedOut, "")) == again)
        #expect(ReconnectPolicy.decision(after: ClientError(.untrustedServer, "")) == .end)
        #expect(ReconnectPolicy.decision(after: ClientError(.protocolViolation, "")) == .end)
    }
}
