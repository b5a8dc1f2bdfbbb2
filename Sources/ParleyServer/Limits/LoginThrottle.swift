import NIOConcurrencyHelpers

/// Counts failed logins, and refuses to try a password where there were too many.
///
/// A stranger's failures count against the account and against the stranger's address. Who comes from an address that
/// logged in to the account lately is counted apart, by account and address together: so nobody can shut out a user by
/// failing in the user's name from elsewhere. Who asks with a session is counted by that session, from whichever
/// addresses: so a stolen one is no way around the windows. In memory: a restart forgets, which the cost of a password
/// hash makes harmless.
final class LoginThrottle: Sendable {
    /// Subjects remembered, at the most; those whose last failure is the longest ago are forgotten first.
    private static let maximumSubjects = 100_000
    private static let maximumNameCount = 64

    struct Limits: Sendable {
        let account: [FailureLimit]
        let address: [FailureLimit]
    }

    /// What failures are counted for.
    enum Subject: Hashable, Sendable {
        case account(String)
        case address(String)
        case knownAddress(String, of: String)
        case session(String, of: String)
    }

    /// What is known of who tries.
    enum Standing: Sendable {
        case stranger
        /// The address logged in to the account lately.
        case knownAddress
        /// The user is logged in, with the session of this id.
        case session(String)
    }

    /// An attempt that was let through; its end must be told.
    struct Attempt: Sendable {
        fileprivate let subjects: [Subject]
    }

    enum Verdict: Sendable {
        case admitted(Attempt)
        /// Not before so many milliseconds have passed.
        case refused(Int64)
    }

    enum Outcome: Sendable {
        case succeeded
        case failed
        /// The password was not checked.
        case undecided
    }

    /// A subject with failures in its windows.
    struct Entry: Sendable {
        let subject: Subject
        let failures: Int
        /// Milliseconds until another attempt is allowed; nil when one is allowed now.
        let delay: Int64?
    }

    private let limits: Limits
    private let subjects = NIOLockedValueBox<[Subject: FailureWindows]>([:])

    init(_ limits: Limits) { self.limits = limits }

    /// Asks before a password is checked; a right one is refused like a wrong one.
    func begin(user: String, network: String, _ standing: Standing, now: Int64) -> Verdict {
        let user = String(user.prefix(Self.maximumNameCount))
        let account: Subject
        switch standing {
        case .stranger: account = .account(user)
        case .knownAddress: account = .knownAddress(network, of: user)
        case .session(let session): account = .session(session, of: user)
        }
        let counted = [account, .address(network)]
        // An address of many people does not shut out those who belong there.
        let asked = if case .stranger = standing { counted } else { [account] }
        return subjects.withLockedValue { subjects in
            let delays = asked.compactMap { subject in subjects[subject]?.delay(limits(of: subject), now: now) }
            if let delay = delays.max() { return .refused(delay) }
            makeRoom(in: &subjects, now: now)
            // Many may log in from one address at the same time: only what an account has under way is counted.
            subjects[account, default: FailureWindows()].began()
            return .admitted(Attempt(subjects: counted))
        }
    }

    /// Tells how an attempt ended.
    func end(_ attempt: Attempt, _ outcome: Outcome, now: Int64) {
        subjects.withLockedValue { subjects in
            for subject in attempt.subjects {
                var windows = subjects[subject] ?? FailureWindows()
                if case .address = subject {} else { windows.ended() }
                switch (outcome, subject) {
                case (.failed, _): windows.failed(limits(of: subject), now: now)
                // Not those of the account: they are strangers', and stay whoever logs in.
                case (.succeeded, .knownAddress), (.succeeded, .session): windows.forget()
                default: break
                }
                subjects[subject] = windows.times.isEmpty && windows.pending == 0 ? nil : windows
            }
        }
    }

    /// All that have failures in their windows, in no order.
    func entries(now: Int64) -> [Entry] {
        subjects.withLockedValue { $0 }.compactMap { subject, windows in
            let failures = windows.count(limits(of: subject), now: now)
            guard failures > 0 else { return nil }
            return Entry(
                subject: subject, failures: failures, delay: windows.delay(limits(of: subject), now: now))
        }
    }

    /// Forgets the failures of the subjects that `isMeant` names; gives how many there were.
    func clear(_ isMeant: (Subject) -> Bool) -> Int {
        subjects.withLockedValue { subjects in
            var count = 0
            for (subject, windows) in subjects where isMeant(subject) && !windows.times.isEmpty {
                subjects[subject]?.forget()
                count += 1
            }
            return count
        }
    }

    private func limits(of subject: Subject) -> [FailureLimit] {
        switch subject {
        case .account, .knownAddress, .session: limits.account
        case .address: limits.address
        }
    }

    private func makeRoom(in subjects: inout [Subject: FailureWindows], now: Int64) {
        guard subjects.count >= Self.maximumSubjects else { return }
        subjects = subjects.filter { $0.value.pending > 0 || $0.value.count(limits(of: $0.key), now: now) > 0 }
        guard subjects.count >= Self.maximumSubjects else { return }
        let last = subjects.values.map { $0.times.last ?? .max }.sorted()
        let bound = last[last.count / 4]
        subjects = subjects.filter { $0.value.pending > 0 || ($0.value.times.last ?? .max) > bound }
    }
}
