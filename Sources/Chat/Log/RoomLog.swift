import Database
import Dispatch
import Foundation
import Logging
import NIOConcurrencyHelpers
import NIOCore

/// The durable log of every room: one thread that puts whole batches of requests into one transaction each.
///
/// While a batch is flushed to disk the next one fills (group commit). What a batch leads to is told to the sockets
/// only after its commit: an answer means durable.
package final class RoomLog: Sendable {
    /// Who asked, and so where the answer goes.
    enum Reply: Sendable {
        case none
        case session(ChatSession, id: String?)
        case callback(@Sendable (Result<LogAnswer, ChatError>) -> Void)
    }

    private enum Item: Sendable {
        case request(LogRequest, Reply)
        case admission(ChatSession)
        case tick(PassingTick)
    }

    private struct Queue {
        var items: [Item] = []
        var isWaiting = false
        var isStopping = false
    }

    /// Requests that wait for the log's thread, at the most; one more is refused as `storage_unavailable`.
    package static let maximumPending = 65_536
    /// Requests of one transaction, at the most, so that the first of a long queue is not kept waiting by the last.
    private static let maximumBatch = 4096

    private let engine: any DatabaseEngine
    private let hub: Hub
    private let indexer: SearchIndexer
    private let limits: ChatLimits
    private let presence: PresenceSettings
    private let board: PresenceBoard
    private let users: any UserDirectory
    private let now: @Sendable () -> Int64
    private let acted: @Sendable (RoomAct) -> Void
    private let logger: Logger
    private let queue = NIOLockedValueBox(Queue())
    private let wake = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)

    /// Starts the log's thread. `now` gives milliseconds since 1970 UTC; `acted` is told on that thread and must not
    /// wait.
    init(
        engine: any DatabaseEngine, hub: Hub, indexer: SearchIndexer, limits: ChatLimits, presence: PresenceSettings,
        board: PresenceBoard, users: any UserDirectory, now: @escaping @Sendable () -> Int64,
        acted: @escaping @Sendable (RoomAct) -> Void, logger: Logger
    ) {
        self.engine = engine
        self.hub = hub
        self.indexer = indexer
        self.limits = limits
        self.presence = presence
        self.board = board
        self.users = users
        self.now = now
        self.acted = acted
        self.logger = logger
        let thread = Thread { [self] in run() }
        thread.name = "parley-log"
        thread.start()
    }

    /// Puts a request to the log and returns what it led to once that is durable. Throws `ChatError`.
    package func submit(_ request: LogRequest) async throws -> LogAnswer {
        try await withCheckedThrowingContinuation { continuation in
            submit(request, .callback { continuation.resume(with: $0) })
        }
    }

    /// Commits what was put to the log before, and ends its thread. Blocks until that is done.
    package func stop() {
        let wasWaiting = queue.withLockedValue { queue in
            queue.isStopping = true
            defer { queue.isWaiting = false }
            return queue.isWaiting
        }
        if wasWaiting { wake.signal() }
        finished.wait()
        finished.signal()
    }

    func submit(_ request: LogRequest, _ reply: Reply) {
        if !enqueue(.request(request, reply)) { answer(reply, .failure(.storageUnavailable)) }
    }

    /// Asks for the rooms of the session's user, from which on the session is told of everything.
    func admit(_ session: ChatSession) -> Bool { enqueue(.admission(session)) }

    /// Has told what has gathered for this tick; false when the log is too busy to take note.
    func tick(_ tick: PassingTick) -> Bool { enqueue(.tick(tick)) }

    private func enqueue(_ item: Item) -> Bool {
        let (isAccepted, wasWaiting) = queue.withLockedValue { queue in
            guard queue.items.count < Self.maximumPending, !queue.isStopping else { return (false, false) }
            queue.items.append(item)
            defer { queue.isWaiting = false }
            return (true, queue.isWaiting)
        }
        if wasWaiting { wake.signal() }
        return isAccepted
    }

    private func answer(_ reply: Reply, _ result: Result<LogAnswer, ChatError>) {
        switch reply {
        case .none: break
        case .session(let session, let id):
            session.eventLoop.execute { session.answered(id: id, result) }
        case .callback(let callback): callback(result)
        }
    }

    // MARK: The log's thread

    private func run() {
        let states = RoomStates()
        let ledger = PassingLedger(settings: presence)
        while let items = nextBatch() { process(items, states, ledger) }
        finished.signal()
    }

    /// What is waiting, sleeping until there is something; nil when the log is to stop and all is done.
    private func nextBatch() -> [Item]? {
        while true {
            let (items, isStopping) = queue.withLockedValue { queue in
                if queue.items.count <= Self.maximumBatch {
                    let items = queue.items
                    queue.items.removeAll()
                    queue.isWaiting = items.isEmpty && !queue.isStopping
                    return (items, queue.isStopping)
                }
                let items = Array(queue.items.prefix(Self.maximumBatch))
                queue.items.removeFirst(Self.maximumBatch)
                return (items, queue.isStopping)
            }
            if !items.isEmpty { return items }
            if isStopping { return nil }
            wake.wait()
        }
    }

    private func process(_ items: [Item], _ states: RoomStates, _ ledger: PassingLedger) {
        var results: [(Reply, Result<LogAnswer, ChatError>)] = []
        var draft = BatchDraft()
        let requests = items.compactMap {
            if case .request(let request, let reply) = $0 { (request, reply) } else { nil }
        }
        if !requests.isEmpty {
            do {
                (results, draft) = try commit(requests, states)
            } catch {
                states.forget()
                logger.error("the room log could not commit", metadata: ["reason": "\(error)"])
                results = requests.map { ($0.1, .failure(.storageUnavailable)) }
            }
        }
        for act in draft.acts { acted(act) }
        let (frames, rooms) = draft.encoded()
        var answers = Array(repeating: [CommitBatch.Answer](), count: hub.shardCount)
        var callbacks: [(@Sendable (Result<LogAnswer, ChatError>) -> Void, Result<LogAnswer, ChatError>)] = []
        for (reply, result) in results {
            switch reply {
            case .none: break
            case .session(let session, let id):
                answers[session.shardIndex].append(CommitBatch.Answer(session: session, id: id, result: result))
            case .callback(let callback): callbacks.append((callback, result))
            }
        }
        if !results.isEmpty { hub.deliver(CommitBatch(frames: frames, rooms: rooms, answers: answers)) }
        for (callback, result) in callbacks { callback(result) }
        // Only now: these wait for a connection, which whoever reads may hold.
        let passing = passing(draft.notes, items, states, ledger)
        let admissions = admissions(items, states, ledger)
        if passing != nil || admissions != nil {
            hub.deliver(CommitBatch(passing: passing, admissions: admissions ?? []))
        }
        if !rooms.isEmpty { indexer.roomsChanged(rooms.lazy.map(\.room)) }
        // What these do to a room is no event of it.
        for (request, result) in zip(requests, results) {
            switch (request.0, result.1) {
            case (.expire(let room, _), .success), (.adopt(let room, _, _), .success): indexer.roomsChanged([room])
            default: break
            }
        }
    }

    private func commit(
        _ requests: [(LogRequest, Reply)], _ states: RoomStates
    ) throws -> ([(Reply, Result<LogAnswer, ChatError>)], BatchDraft) {
        let moment = now()
        return try engine.writeBlocking { connection in
            var transaction = LogTransaction(
                connection: connection, states: states, limits: limits, presence: presence, users: users, now: moment)
            var results: [(Reply, Result<LogAnswer, ChatError>)] = []
            results.reserveCapacity(requests.count)
            for (request, reply) in requests {
                do {
                    results.append((reply, .success(try transaction.apply(request))))
                } catch let refusal as ChatError {
                    results.append((reply, .failure(refusal)))
                }
            }
            return (results, transaction.draft)
        }
    }

    private func passing(
        _ notes: PassingNotes, _ items: [Item], _ states: RoomStates, _ ledger: PassingLedger
    ) -> PassingBatch? {
        var needsTick = ledger.committed(notes)
        defer { if needsTick { board.askForTick() } }
        let tick = items.reduce(nil as PassingTick?) { tick, item in
            if case .tick(let next) = item { next.following(tick) } else { tick }
        }
        guard let tick else { return ledger.batch(notes.typing) }
        ledger.ticked(tick)
        do {
            let batch = try engine.readBlocking { try ledger.batch(notes.typing, states, $0) }
            if ledger.isCounting { needsTick = true }
            return batch
        } catch {
            needsTick = true
            logger.error("passing events could not be told yet", metadata: ["reason": "\(error)"])
            return nil
        }
    }

    /// The rooms of those who connect, for each shard; nil where nobody does.
    private func admissions(
        _ items: [Item], _ states: RoomStates, _ ledger: PassingLedger
    ) -> [[CommitBatch.Admission]]? {
        var admissions = Array(repeating: [CommitBatch.Admission](), count: hub.shardCount)
        let sessions = items.compactMap { if case .admission(let session) = $0 { session } else { nil } }
        guard !sessions.isEmpty else { return nil }
        do {
            try engine.readBlocking { connection in
                for session in sessions {
                    let rooms = try states.rooms(of: session.user, connection).map { room in
                        var info = room.info(for: session.user)
                        info.online = ledger.counts[room.id]
                        return info
                    }
                    admissions[session.shardIndex].append(CommitBatch.Admission(session: session, rooms: rooms))
                }
            }
        } catch {
            logger.error("the rooms of connecting users could not be read", metadata: ["reason": "\(error)"])
            for session in sessions { session.eventLoop.execute { session.admissionFailed() } }
            return nil
        }
        return admissions
    }
}
