import NIOCore
import Synchronization

/// Who is present on all event loops together, and the ticks in which it is told. At home on one event loop.
///
/// Each shard says when the best of a user's sockets on its own loop changes. Changes are gathered for
/// `presence.interval` and put to the log's thread, which knows who shares a room with whom.
///
/// Everything but the constants is touched on the board's event loop only, which is why it may be passed between
/// threads.
final class PresenceBoard: @unchecked Sendable {
    /// How often it is stored when users were last seen.
    private static let saveInterval: TimeAmount = .seconds(60)
    /// Users in one write, at the most.
    private static let savedAtOnce = 500

    let eventLoop: any EventLoop
    private let settings: PresenceSettings
    private let now: @Sendable () -> Int64
    private var table: PresenceTable
    /// What the log took no note of, to be told again.
    private var untold: [PresenceChange] = []
    /// Whether the log's thread keeps something for the next tick.
    private var isAsked = false
    /// The same, for the thread that asks: not to ask twice.
    private let hasAsked = Atomic<Bool>(false)
    /// When counts of large rooms are due, nil when nothing has changed since the last ones.
    private var countsAt: NIODeadline?
    private var lastCounts: NIODeadline?
    private var tick: (at: NIODeadline, task: Scheduled<Void>)?
    private var isSaving = false
    private var log: RoomLog?

    init(eventLoop: any EventLoop, shardCount: Int, settings: PresenceSettings, now: @escaping @Sendable () -> Int64) {
        self.eventLoop = eventLoop
        self.settings = settings
        self.now = now
        table = PresenceTable(shardCount: shardCount, offlineDelay: settings.offlineDelay)
    }

    /// Names the log that is told; once, before anything else.
    func connect(to log: RoomLog) { eventLoop.execute { self.log = log } }

    /// The best of a user's sockets on one event loop has changed; from that loop.
    func report(_ user: UserID, shard: Int, _ status: PresenceStatus, isRevoked: Bool) {
        eventLoop.execute { [self] in
            table.reported(user, shard: shard, status, isRevoked: isRevoked, at: now(), now: .now())
            plan()
        }
    }

    /// Asks for a tick, from the log's thread.
    func askForTick() {
        guard !hasAsked.exchange(true, ordering: .acquiringAndReleasing) else { return }
        eventLoop.execute { [self] in
            isAsked = true
            plan()
        }
    }

    /// What is known in memory of these users.
    func presence(of users: [UserID]) -> EventLoopFuture<[UserID: Presence]> {
        eventLoop.submit { [self] in
            let time = now()
            var known: [UserID: Presence] = [:]
            for user in users { known[user] = table.presence(of: user, at: time) }
            return known
        }
    }

    /// Stops the ticks and gives everything that has to be stored at the end.
    func stop() -> EventLoopFuture<[UserID: Int64]> {
        eventLoop.submit { [self] in
            tick?.task.cancel()
            log = nil
            return table.lastSeenAtEnd(now())
        }
    }

    // MARK: Ticks

    private func plan() {
        guard log != nil else { return }
        let soon = table.hasChanges || isAsked || !untold.isEmpty ? NIODeadline.now() + settings.interval : nil
        guard let due = [soon, table.nextGraceEnd, countsAt].compactMap({ $0 }).min() else { return }
        if let tick {
            guard due < tick.at else { return }
            tick.task.cancel()
        }
        let task = eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.ticked() }
        tick = (due, task)
    }

    private func ticked() {
        tick = nil
        guard let log else { return }
        let moment = NIODeadline.now()
        untold += table.changes(at: now(), now: moment)
        if !untold.isEmpty || isAsked, countsAt == nil {
            countsAt = max(moment, lastCounts.map { $0 + settings.countInterval } ?? moment)
        }
        let withCounts = countsAt.map { $0 <= moment } ?? false
        if !untold.isEmpty || isAsked || withCounts {
            isAsked = false
            hasAsked.store(false, ordering: .releasing)
            if log.tick(PassingTick(changes: untold, withCounts: withCounts)) {
                untold.removeAll()
                if withCounts {
                    lastCounts = moment
                    countsAt = nil
                }
            }
        }
        save(log)
        plan()
    }

    private func save(_ log: RoomLog, in delay: TimeAmount = saveInterval) {
        guard !isSaving, !table.unsaved.isEmpty else { return }
        isSaving = true
        eventLoop.assumeIsolated().scheduleTask(in: delay) {
            // Part by part, so that no transaction of the log is long.
            let times = Dictionary(
                uniqueKeysWithValues: self.table.unsaved.prefix(Self.savedAtOnce).map { ($0.key, $0.value) })
            log.submit(
                .seen(times),
                .callback { result in
                    self.eventLoop.execute {
                        if case .success = result { self.table.saved(times) }
                        self.isSaving = false
                        if times.count == Self.savedAtOnce, self.log != nil { self.save(log, in: .seconds(1)) }
                    }
                })
        }
    }
}
