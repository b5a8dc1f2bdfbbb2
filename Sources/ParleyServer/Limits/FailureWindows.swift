/// How many failures are allowed within which time.
struct FailureLimit: Sendable, Equatable {
    let count: Int
    let windowMilliseconds: Int64
}

/// The failures of one account or address, and the attempts under way, whose outcome nobody knows yet.
struct FailureWindows: Sendable {
    /// When they were, the oldest first; never more than the largest limit counts.
    private(set) var times: [Int64] = []
    private(set) var pending = 0

    /// The milliseconds until another attempt is allowed; nil when one is allowed now.
    ///
    /// Windows slide: the n-th failure back leaves the window of n on its own. Attempts under way count as failures,
    /// so that a thousand at the same time are not a thousand tries.
    func delay(_ limits: [FailureLimit], now: Int64) -> Int64? {
        var longest: Int64?
        for limit in limits {
            if times.count >= limit.count {
                let end = times[times.count - limit.count] + limit.windowMilliseconds
                if end > now { longest = max(longest ?? 0, end - now) }
            }
        }
        if let longest { return longest }
        let isFull = limits.contains { limit in
            times.count { $0 + limit.windowMilliseconds > now } + pending >= limit.count
        }
        return isFull && pending > 0 ? 1000 : nil
    }

    mutating func began() { pending += 1 }

    mutating func ended() { pending = max(0, pending - 1) }

    mutating func failed(_ limits: [FailureLimit], now: Int64) {
        times.append(now)
        let kept = limits.map(\.count).max() ?? 0
        if times.count > kept { times.removeFirst(times.count - kept) }
    }

    mutating func forget() { times = [] }

    /// How many failures still stand in a window.
    func count(_ limits: [FailureLimit], now: Int64) -> Int {
        let longest = limits.map(\.windowMilliseconds).max() ?? 0
        return times.count { $0 + longest > now }
    }
}
