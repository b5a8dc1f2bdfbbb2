package import Database
import Dispatch
import Foundation
package import Logging
import NIOConcurrencyHelpers

/// Brings what the rooms' logs gained into the search index: one thread, behind the log and never in its way.
///
/// What is indexed is written down with the index, room by room, so that nothing is lost or doubled by a crash, and a
/// database from before there was an index is caught up with by the way. Changed and deleted messages are not its
/// task: the log's own transaction takes those out, so that no search finds them. What the engine's file still holds of
/// their words then, it rewrites.
package final class SearchIndexer: Sendable {
    /// How long the indexer waits after a commit for further ones, and so how late a message is found.
    package static let delay: Duration = .milliseconds(100)
    /// How long one transaction may hold up those of the log.
    private static let slice: Duration = .milliseconds(10)
    /// The part of its time that the indexer leaves to the log while the log has work.
    private static let restsPerSlice = 4
    /// How long it waits after the storage failed.
    private static let retry: Duration = .seconds(2)

    private struct State {
        var changed: Set<RoomID> = []
        var isWaiting = false
        var isRunning = false
        var isStopping = false
    }

    private let engine: any DatabaseEngine
    private let delay: Duration
    private let erasureDelay: Duration
    private let logger: Logger
    private let state = NIOLockedValueBox(State())
    private let wake = DispatchSemaphore(value: 0)
    private let stopping = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)

    /// `erasureDelay` is how long deleted words stay in the index's file, at the least.
    package init(
        engine: any DatabaseEngine, delay: Duration = SearchIndexer.delay, erasureDelay: Duration, logger: Logger
    ) {
        self.engine = engine
        self.delay = delay
        self.erasureDelay = erasureDelay
        self.logger = logger
    }

    /// Starts the thread, which first catches up with every room. A process that does not serve does without.
    package func start() {
        let isFirst = state.withLockedValue { state in
            defer { state.isRunning = true }
            return !state.isRunning && !state.isStopping
        }
        guard isFirst else { return }
        let thread = Thread { [self] in run() }
        thread.name = "parley-search"
        thread.start()
    }

    /// Indexes everything that the log holds, in the caller's thread, for a process that does not serve. Blocks.
    package func catchUp() throws {
        var work = SearchIndexing(engine: engine)
        _ = try carryOut(&work, work.backlog())
    }

    /// Ends the thread after what it is writing. Blocks until that is done.
    package func stop() {
        let isRunning = state.withLockedValue { state in
            defer { state.isStopping = true }
            return state.isRunning && !state.isStopping
        }
        guard isRunning else { return }
        stopping.signal()
        wake.signal()
        finished.wait()
    }

    /// Takes note of rooms whose log gained something. Never blocks.
    package func roomsChanged(_ rooms: some Sequence<RoomID>) {
        let wasWaiting = state.withLockedValue { state in
            state.changed.formUnion(rooms)
            defer { state.isWaiting = state.isWaiting && state.changed.isEmpty }
            return state.isWaiting && !state.changed.isEmpty
        }
        if wasWaiting { wake.signal() }
    }

    // MARK: The indexer's thread

    private func run() {
        defer { finished.signal() }
        repeat {
            do {
                var work = SearchIndexing(engine: engine)
                var erasure = SearchErasure(engine: engine, delay: erasureDelay)
                guard try carryOut(&work, work.backlog()) else { return }
                try erasure.look()
                while let changed = nextRooms(until: erasure.due) {
                    guard try carryOut(&work, changed) else { return }
                    guard try carryOut(&erasure) else { return }
                }
                return
            } catch {
                logger.error("the search index could not be written", metadata: ["reason": "\(error)"])
            }
        } while !pause(Self.retry)
    }

    /// Indexes what the rooms gained. False when the indexer is to stop.
    private func carryOut(_ work: inout SearchIndexing, _ rooms: Set<RoomID>) throws -> Bool {
        var rooms = rooms
        while true {
            let spent = try work.step(&rooms, within: Self.slice)
            if rooms.isEmpty, !work.hasDiscarded { return true }
            if pause(spent.isContended ? spent.time * Self.restsPerSlice : .zero) { return false }
        }
    }

    /// Takes a step of taking deleted words out of the file, when it is time for one. False when the indexer is to stop.
    private func carryOut(_ erasure: inout SearchErasure) throws -> Bool {
        guard erasure.isDue else {
            try erasure.look()
            return true
        }
        let spent = try erasure.step()
        return !pause(spent.isContended ? spent.time * Self.restsPerSlice : .zero)
    }

    /// The rooms that changed, after waiting until there are some, or for the moment `due`, and then for more of them;
    /// nil when the indexer is to stop.
    private func nextRooms(until due: ContinuousClock.Instant?) -> Set<RoomID>? {
        let mustWait = state.withLockedValue { state in
            state.isWaiting = state.changed.isEmpty && !state.isStopping
            return state.isWaiting
        }
        if mustWait {
            if let due {
                _ = wake.wait(timeout: .now() + Self.interval(max(.zero, due - .now)))
            } else {
                wake.wait()
            }
        }
        let hasRooms = state.withLockedValue { state in
            state.isWaiting = false
            return !state.changed.isEmpty
        }
        if pause(hasRooms ? delay : .zero) { return nil }
        return state.withLockedValue { state in
            defer { state.changed.removeAll() }
            return state.changed
        }
    }

    /// Waits; true when the indexer is to stop.
    private func pause(_ duration: Duration) -> Bool {
        guard stopping.wait(timeout: .now() + Self.interval(duration)) == .success else { return false }
        stopping.signal()
        return true
    }

    private static func interval(_ duration: Duration) -> DispatchTimeInterval {
        let (seconds, attoseconds) = duration.components
        return .nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
    }
}
