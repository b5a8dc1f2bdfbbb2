import Foundation
import TestTools
import Testing

@testable import Identity

/// Random interleavings of tabs, lost answers, retries, thieves and restarts, each answer held against a model.
///
/// `PARLEY_MODEL_SEEDS=1000` runs longer; a failure names its seed.
@Suite("Rotation in every interleaving")
struct RefreshModelTests {
    private static let familiesPerSeed = 100
    private static let seeds = UInt64(ProcessInfo.processInfo.environment["PARLEY_MODEL_SEEDS"] ?? "") ?? 20

    @Test(
        "answers as the model does: no honest client is logged out, nothing forks, old tokens end the session",
        arguments: 0..<seeds)
    func model(_ seed: UInt64) async throws {
        let identity = try TestIdentity()
        try await identity.addUser("alice")
        var generator = SeededGenerator(seed: seed)
        var deaths = 0
        for index in 0..<Self.familiesPerSeed {
            var family = try await Family(identity, generator: generator)
            try await family.live(steps: 12)
            generator = family.generator
            #expect(family.faults == [], "seed \(seed), family \(index): \(family.trace)")
            deaths += family.model.isDead ? 1 : 0
        }
        // Both ends were seen, or the test says nothing.
        #expect(deaths > 0 && deaths < Self.familiesPerSeed)
    }
}

/// What the protocol says about one session.
private struct RefreshModel {
    enum Answer: Equatable {
        case renewed(Int64)
        case reused
        case revoked
        case other(String)
    }

    static let graceMilliseconds: Int64 = 30_000
    var generation: Int64 = 1
    var movedAt: Int64
    var isDead = false

    mutating func refresh(with token: Int64, at now: Int64) -> Answer {
        if isDead { return .revoked }
        if token == generation {
            generation += 1
            movedAt = now
            return .renewed(generation)
        }
        if token == generation - 1, now - movedAt <= Self.graceMilliseconds { return .renewed(generation) }
        isDead = true
        return .reused
    }
}

/// One session with the browser that has it, and perhaps a thief.
private struct Family {
    private let identity: TestIdentity
    var generator: SeededGenerator
    var model: RefreshModel
    private(set) var faults: [String] = []
    private(set) var trace: [String] = []
    /// What all tabs share: the cookies of the last answer that arrived.
    private var jar: Login
    private var stolen: [Login] = []
    private var everything: [Login]
    private var wasThiefAtWork = false

    init(_ identity: TestIdentity, generator: SeededGenerator) async throws {
        self.identity = identity
        self.generator = generator
        jar = try await identity.login("alice")
        everything = [jar]
        model = RefreshModel(movedAt: identity.clock.now)
    }

    mutating func live(steps: Int) async throws {
        let hasThief = Bool.random(using: &generator)
        for _ in 0..<steps {
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<3:
                trace.append("restart")
                try identity.restart()
            case 3..<20 where hasThief:
                trace.append("steal \(jar.session.generation)")
                stolen.append(jar)
            case 20..<40 where hasThief && !stolen.isEmpty: try await theft()
            case 40..<50: pass(milliseconds: 0...40_000)
            default: try await tabs()
            }
        }
        if model.isDead {
            for login in everything.suffix(4) { _ = try await refresh(login, "afterwards") }
            if identity.defect(of: jar).map({ ![.revoked, .expired].contains($0) }) ?? true {
                faults.append("the access token of a dead session is good")
            }
            if !wasThiefAtWork { faults.append("an honest client was logged out") }
        }
    }

    /// A burst of tabs whose access token is about to end: some at the same time, answers lost and late, and retries
    /// within the grace until one has arrived.
    private mutating func tabs() async throws {
        pass(milliseconds: 60_000...600_000)
        var late: Login?
        var hasArrived = false
        for attempt in 0..<5 {
            let isAlone = Bool.random(using: &generator)
            let answers = isAlone ? [try await refresh(jar, "tab")] : try await refreshTwice(jar)
            for answer in answers.compactMap({ $0 }) {
                switch Int.random(in: 0..<3, using: &generator) {
                case 0 where attempt < 4: trace.append("lost")
                case 1 where attempt < 4: late = answer
                default:
                    jar = answer
                    hasArrived = true
                }
            }
            if model.isDead { return }
            // Five times five seconds stay within the grace.
            pass(milliseconds: 0...5000)
            if hasArrived { break }
        }
        if let late, late.session.generation >= jar.session.generation { jar = late }
    }

    private mutating func theft() async throws {
        pass(milliseconds: 0...120_000)
        guard let token = stolen.randomElement(using: &generator) else { return }
        wasThiefAtWork = true
        if let login = try await refresh(token, "thief") { stolen.append(login) }
    }

    private mutating func refresh(_ login: Login, _ who: String) async throws -> Login? {
        let expected = model.refresh(with: login.session.generation, at: identity.clock.now)
        let outcome = try await identity.refresh(login)
        return check(outcome, expected: [expected], "\(who) \(login.session.generation)")
    }

    private mutating func refreshTwice(_ login: Login) async throws -> [Login?] {
        let now = identity.clock.now
        let token = login.session.generation
        let expected = [model.refresh(with: token, at: now), model.refresh(with: token, at: now)]
        let sessions = identity.authority.sessions
        async let first = sessions.refresh(login.refresh.value, address: "192.0.2.2")
        async let second = sessions.refresh(login.refresh.value, address: "192.0.2.3")
        let outcomes = try await [first, second]
        // Which of the two came first is not known.
        return outcomes.map { check($0, expected: expected, "tabs \(token)") }
    }

    private mutating func check(
        _ outcome: RefreshOutcome, expected: [RefreshModel.Answer], _ what: String
    ) -> Login? {
        var renewed: Login?
        let answer: RefreshModel.Answer
        switch outcome {
        case .renewed(let login):
            renewed = login
            everything.append(login)
            answer = .renewed(login.session.generation)
        case .reused: answer = .reused
        case .refused(let defect): answer = defect.kind == .revoked ? .revoked : .other("\(defect)")
        }
        trace.append("\(what): \(answer)")
        if !expected.contains(answer) { faults.append("\(what) got \(answer) and not \(expected)") }
        return renewed
    }

    private mutating func pass(milliseconds: ClosedRange<Int>) {
        let time = Int.random(in: milliseconds, using: &generator)
        identity.clock.advance(by: .milliseconds(time))
        trace.append("+\(time) ms")
    }
}
