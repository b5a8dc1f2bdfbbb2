import Testing

@testable import ParleyServer

@Suite("The login throttle")
struct LoginThrottleTests {
    private let throttle = LoginThrottle(
        LoginThrottle.Limits(
            account: [FailureLimit(count: 5, windowMilliseconds: 300_000)],
            address: [FailureLimit(count: 20, windowMilliseconds: 300_000)]))

    @discardableResult
    private func attempt(
        _ user: String, _ network: String, isKnown: Bool = false, session: String? = nil,
        _ outcome: LoginThrottle.Outcome = .failed,
        at now: Int64 = 0
    ) -> Bool {
        let standing = session.map { LoginThrottle.Standing.session($0) } ?? (isKnown ? .knownAddress : .stranger)
        guard case .admitted(let attempt) = throttle.begin(user: user, network: network, standing, now: now)
        else { return false }
        throttle.end(attempt, outcome, now: now)
        return true
    }

    @Test("refuses a stranger everywhere after five failures, but not who belongs there")
    func strangers() {
        for index in 0..<5 { #expect(attempt("alice", "198.51.100.\(index)")) }
        #expect(!attempt("alice", "203.0.113.1"))
        #expect(attempt("alice", "192.0.2.1", isKnown: true, .succeeded))
        // Nor does the user's own login open the door again.
        #expect(!attempt("alice", "203.0.113.1"))
        #expect(attempt("alice", "203.0.113.1", at: 300_000))
    }

    @Test("counts a known address by itself, and forgets its failures with the right password")
    func known() {
        for _ in 0..<4 { attempt("alice", "192.0.2.1", isKnown: true) }
        #expect(attempt("alice", "192.0.2.1", isKnown: true, .succeeded))
        for _ in 0..<5 { #expect(attempt("alice", "192.0.2.1", isKnown: true)) }
        #expect(!attempt("alice", "192.0.2.1", isKnown: true, .succeeded))
        #expect(attempt("alice", "192.0.2.2", isKnown: true))
        #expect(attempt("alice", "198.51.100.1"))
    }

    @Test("counts a session by itself, wherever it is used from, and shuts out neither another one nor a login")
    func session() {
        for index in 0..<5 { #expect(attempt("alice", "2001:db8:0:\(index)::", session: "stolen")) }
        #expect(!attempt("alice", "2001:db8:0:9::", session: "stolen", .succeeded))
        #expect(attempt("alice", "192.0.2.1", session: "own", .succeeded))
        #expect(attempt("alice", "192.0.2.1", isKnown: true, .succeeded))
        #expect(attempt("alice", "198.51.100.1", .succeeded))
        // They count against the addresses that they come from.
        for index in 0..<20 { attempt("alice", "203.0.113.1", session: "s\(index)") }
        #expect(!attempt("bob", "203.0.113.1"))
    }

    @Test("refuses an address after twenty failures, over all names, but not who is known there")
    func address() {
        for index in 0..<20 { #expect(attempt("user\(index)", "198.51.100.1")) }
        #expect(!attempt("alice", "198.51.100.1"))
        #expect(attempt("alice", "198.51.100.1", isKnown: true, .succeeded))
        #expect(attempt("alice", "198.51.100.2"))
    }

    @Test("admits no more attempts at a time than an account has left, and any number from one address")
    func parallel() {
        var attempts: [LoginThrottle.Attempt] = []
        for _ in 0..<8 {
            if case .admitted(let attempt) = throttle.begin(
                user: "alice", network: "192.0.2.1", .stranger, now: 0)
            {
                attempts.append(attempt)
            }
        }
        #expect(attempts.count == 5)
        for index in 0..<100 { #expect(attempt("user\(index)", "192.0.2.1", .succeeded)) }
        for attempt in attempts { throttle.end(attempt, .undecided, now: 0) }
        #expect(attempt("alice", "192.0.2.1", .succeeded))
        #expect(throttle.entries(now: 0).isEmpty)
    }

    @Test("lists what it counts and forgets what it is told to")
    func list() {
        for _ in 0..<5 { attempt("alice", "198.51.100.1") }
        attempt("bob", "192.0.2.1", isKnown: true)
        let entries = throttle.entries(now: 1000)
        #expect(entries.count == 4)
        #expect(entries.first { $0.subject == .account("alice") }?.delay == 299_000)
        #expect(entries.first { $0.subject == .knownAddress("192.0.2.1", of: "bob") }?.failures == 1)
        #expect(throttle.clear { $0 == .account("alice") } == 1)
        #expect(attempt("alice", "198.51.100.1"))
        #expect(throttle.clear { _ in true } == 4)
        #expect(throttle.entries(now: 1000).isEmpty)
    }

    @Test("stays bounded under a flood of names, and keeps the freshest")
    func flood() {
        for index in 0..<60_000 { attempt("name\(index)", "2001:db8:\(index)", at: Int64(index)) }
        let entries = throttle.entries(now: 60_000)
        #expect(entries.count <= 100_001)
        #expect(entries.contains { $0.subject == .account("name59999") })
        #expect(!entries.contains { $0.subject == .account("name0") })
    }
}
