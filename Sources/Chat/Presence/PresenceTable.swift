import NIOCore

/// Who is present, put together from what each event loop says of its own sockets: a state machine without I/O.
///
/// Someone whose last socket went stays as told before for the offline delay, so that a reload is not seen. A change
/// that was taken back before anyone asked for changes was none.
struct PresenceTable {
    private struct Person {
        /// The best of the user's sockets, by event loop.
        var statuses: [PresenceStatus]
        /// What was told last.
        var told = PresenceStatus.offline
        /// Milliseconds since 1970 UTC at which the user became away, or the last socket went.
        var lastSeen: Int64?
        /// Until when the absence is not told; nil while there is a socket, or when the time is over.
        var graceEnd: NIODeadline?
        /// Whether someone asked and was answered what has not been told: then it is told even if it was taken back.
        var isRevealed = false

        var best: PresenceStatus { statuses.max() ?? .offline }
    }

    private let shardCount: Int
    private let offlineDelay: TimeAmount
    private var people: [UserID: Person] = [:]
    private var changed: Set<UserID> = []
    /// Those in their grace, in the order of its end; `first` is the first that was not looked at.
    private var leaving: [(end: NIODeadline, user: UserID)] = []
    private var first = 0
    /// When users were last seen, as far as it is not stored yet.
    private(set) var unsaved: [UserID: Int64] = [:]

    init(shardCount: Int, offlineDelay: TimeAmount) {
        self.shardCount = shardCount
        self.offlineDelay = offlineDelay
    }

    /// Whether something is to be told at the next tick.
    var hasChanges: Bool { !changed.isEmpty }

    /// When the next absence has lasted long enough, nil when nobody has just gone.
    var nextGraceEnd: NIODeadline? { first < leaving.count ? leaving[first].end : nil }

    /// Answers with what is known of a user in memory, nil when only the database can tell.
    mutating func presence(of user: UserID, at time: Int64) -> Presence? {
        guard let person = people[user] else {
            return unsaved[user].map { Presence(status: .offline, lastSeen: $0) }
        }
        let status = person.graceEnd == nil ? person.best : person.told
        if status != person.told { people[user]?.isRevealed = true }
        return presence(person, status, at: time)
    }

    /// The best of a user's sockets on one event loop has changed. Who was revoked gets no grace. `time` is
    /// milliseconds since 1970 UTC, `now` the same moment on the clock of deadlines.
    mutating func reported(
        _ user: UserID, shard: Int, _ status: PresenceStatus, isRevoked: Bool = false, at time: Int64,
        now: NIODeadline
    ) {
        var person = people[user] ?? Person(statuses: Array(repeating: .offline, count: shardCount))
        let before = person.best
        person.statuses[shard] = status
        let best = person.best
        switch best {
        case .offline:
            if before != .offline { person.lastSeen = time }
            if isRevoked {
                person.graceEnd = nil
                changed.insert(user)
            } else if before != .offline {
                person.graceEnd = now + offlineDelay
                leaving.append((now + offlineDelay, user))
            }
        case .away, .online:
            if before == .offline, person.told == .offline { unsaved[user] = time }
            if best == .away, before != .away { person.lastSeen = time }
            person.graceEnd = nil
            changed.insert(user)
        }
        people[user] = person
    }

    /// What has to be told by now; from here on it counts as told.
    mutating func changes(at time: Int64, now: NIODeadline) -> [PresenceChange] {
        while first < leaving.count, leaving[first].end <= now {
            let (end, user) = leaving[first]
            first += 1
            guard people[user]?.graceEnd == end else { continue }
            people[user]?.graceEnd = nil
            changed.insert(user)
        }
        if first == leaving.count {
            leaving.removeAll(keepingCapacity: true)
            first = 0
        } else if first > 1024 {
            leaving.removeFirst(first)
            first = 0
        }
        var changes: [PresenceChange] = []
        for user in changed {
            guard var person = people[user] else { continue }
            let status = person.best
            if status == .offline {
                guard person.graceEnd == nil else { continue }
                unsaved[user] = person.lastSeen ?? time
                people[user] = nil
            }
            if status != person.told || person.isRevealed {
                changes.append(PresenceChange(user: user, presence: presence(person, status, at: time)))
            }
            guard status != .offline else { continue }
            person.told = status
            person.isRevealed = false
            people[user] = person
        }
        changed.removeAll(keepingCapacity: true)
        return changes
    }

    /// These times are in the database now.
    mutating func saved(_ times: [UserID: Int64]) {
        for (user, time) in times where unsaved[user] == time { unsaved[user] = nil }
    }

    /// Everything that has to be stored when the server stops at `time`.
    func lastSeenAtEnd(_ time: Int64) -> [UserID: Int64] {
        var times = unsaved
        for (user, person) in people { times[user] = person.best == .offline ? person.lastSeen ?? time : time }
        return times
    }

    private func presence(_ person: Person, _ status: PresenceStatus, at time: Int64) -> Presence {
        Presence(status: status, lastSeen: status == .online ? time : person.lastSeen ?? time)
    }
}
