/// Sockets that all ended at once and come back, so many on their way at a time.
struct LoadStorm: Equatable {
    private let sockets: Int
    private let startedAt: UInt64
    private var started = 0
    private var arrived = 0
    private var endedAt: UInt64?

    init(sockets: Int, startedAt: UInt64) {
        self.sockets = sockets
        self.startedAt = startedAt
    }

    /// Seconds from the end of all to the arrival of the last; nil before that.
    var seconds: Double? { endedAt.map { Double($0 - startedAt) / 1e9 } }

    /// The numbers, within the storm, of the first that connect again.
    mutating func start(_ concurrency: Int) -> Range<Int> {
        started = min(concurrency, sockets)
        return 0..<started
    }

    /// One has arrived or failed; the number of the next one to connect, while there is one.
    mutating func ended(at now: UInt64) -> Int? {
        arrived += 1
        if arrived == sockets { endedAt = now }
        guard started < sockets else { return nil }
        started += 1
        return started - 1
    }
}
