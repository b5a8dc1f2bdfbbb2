import NIOConcurrencyHelpers
import NIOCore

/// The rates of each user who has sent something lately. Asked once a socket or HTTP request, not for each command.
final class UserBuckets: Sendable {
    private struct State {
        var rates: [UserID: UserRates] = [:]
        /// The number of users at which those are looked for who are forgotten.
        var threshold = 1024
    }

    private let limits: ChatLimits
    private let state = NIOLockedValueBox(State())

    init(limits: ChatLimits) { self.limits = limits }

    /// How many users are kept.
    var count: Int { state.withLockedValue { $0.rates.count } }

    /// The rates of a user: the same object as long as anyone holds it or it is not full again.
    func rates(of user: UserID, now: NIODeadline = .now()) -> UserRates {
        state.withLockedValue { state in
            if let known = state.rates[user] { return known }
            if state.rates.count >= state.threshold { Self.forgetIdle(&state, now) }
            let rates = UserRates(limits: limits)
            state.rates[user] = rates
            return rates
        }
    }

    /// Forgets those whom nobody holds and whose buckets are full: new ones would be the same.
    private static func forgetIdle(_ state: inout State, _ now: NIODeadline) {
        for user in Array(state.rates.keys) {
            guard var rates = state.rates.removeValue(forKey: user) else { continue }
            if !isKnownUniquelyReferenced(&rates) || !rates.isFull(now: now) { state.rates[user] = rates }
        }
        state.threshold = max(1024, state.rates.count * 2)
    }
}
