import NIOCore
import WebSocketTransport

/// The hub's part on one event loop: its sockets, by login and by user, and the feeds of their rooms.
///
/// Everything but the constants is touched on the event loop only, which is why it may be passed between threads.
final class HubShard: @unchecked Sendable {
    /// Sockets that are sent their Close frame in one go: each costs a record and a system call, so that a slice
    /// holds the event loop for about a millisecond.
    static let closeSlice = 64

    let index: Int
    let eventLoop: any EventLoop
    /// The flush pass of this event loop; first asked for on the loop.
    private(set) lazy var flusher = TickFlusher.current(for: eventLoop)
    private(set) var statistics = HubStatistics()
    /// Whether the server is about to stop: an upgrade that was decided before is closed as soon as it is done.
    private(set) var isDraining = false
    private let socketGraceMilliseconds: Int64
    private let now: @Sendable () -> Int64
    private var feeds: [RoomID: RoomFeed] = [:]
    private var sockets: [ObjectIdentifier: ChatSession] = [:]
    private var socketsOfUser = SocketIndex<UserID>(place: \.placeInUser)
    private var socketsOfLogin = SocketIndex<String>(place: \.placeInLogin)
    /// No socket's access token runs out before this.
    private var earliestExpiry = Int64.max
    let board: PresenceBoard
    /// How present the users of this event loop's sockets are.
    var presence: [UserID: PresenceCount] = [:]
    /// Told apart by it: which sockets got the passing event that is being delivered.
    var passingStamp: UInt64 = 0

    init(
        index: Int, eventLoop: any EventLoop, board: PresenceBoard, socketGraceMilliseconds: Int64,
        now: @escaping @Sendable () -> Int64
    ) {
        self.index = index
        self.eventLoop = eventLoop
        self.board = board
        self.socketGraceMilliseconds = socketGraceMilliseconds
        self.now = now
    }

    var socketCount: Int { sockets.count }

    func sockets(of user: UserID) -> [ChatSession] { socketsOfUser[user] }

    func feed(of room: RoomID) -> RoomFeed? { feeds[room] }

    // MARK: Sockets

    func register(_ session: ChatSession) {
        sockets[ObjectIdentifier(session)] = session
        socketsOfUser.insert(session, session.user)
        socketsOfLogin.insert(session, session.credential.sessionID)
        statistics.sockets += 1
        statistics.opened += 1
        earliestExpiry = min(earliestExpiry, session.accessExpiresAt)
    }

    func unregister(_ session: ChatSession) {
        guard sockets.removeValue(forKey: ObjectIdentifier(session)) != nil else { return }
        statistics.sockets -= 1
        setPresence(session, .offline)
        for membership in session.memberships { leave(membership) }
        session.memberships.removeAll()
        socketsOfUser.remove(session, session.user)
        socketsOfLogin.remove(session, session.credential.sessionID)
    }

    private func leave(_ membership: ChatSession.Membership) {
        membership.feed.remove(at: membership.index)
        if membership.feed.members.isEmpty { feeds[membership.feed.room] = nil }
    }

    // MARK: Delivery

    func apply(_ batch: CommitBatch) {
        if let frames = batch.frames, !batch.rooms.isEmpty {
            flusher.keepAlive(frames)
            for delivery in batch.rooms { apply(delivery, frames) }
        }
        for answer in batch.answers(on: index) { answer.session.answered(id: answer.id, answer.result) }
        for admission in batch.admissions(on: index) { admit(admission) }
        if let passing = batch.passing { apply(passing) }
    }

    private func apply(_ delivery: RoomDelivery, _ frames: FrameBuffer) {
        var feed = feeds[delivery.room]
        for step in delivery.steps {
            switch step {
            case .frames(let range, let first, let last):
                guard let feed else { continue }
                feed.deliver(frames, range, first: first, last: last)
                statistics.events += Int(last - first + 1)
                statistics.deliveries += feed.members.count
            case .add(let user, let head):
                for session in socketsOfUser[user] where session.isAdmitted {
                    let joined = feed ?? RoomFeed(room: delivery.room, head: head)
                    follow(session, joined)
                    feed = joined
                }
            case .remove(let user):
                for session in socketsOfUser[user] { unfollow(session, delivery.room) }
                feed = feeds[delivery.room]
            case .end(let farewell):
                for member in feed?.members ?? [] {
                    let session = member.takeUnretainedValue()
                    unfollow(session, delivery.room)
                    // Whoever has no hello yet finds no such room in it.
                    if session.phase == .open { session.tell(farewell) }
                }
                feed = nil
            }
        }
    }

    private func admit(_ admission: CommitBatch.Admission) {
        guard sockets[ObjectIdentifier(admission.session)] != nil else { return }
        for room in admission.rooms {
            follow(admission.session, feeds[room.id] ?? RoomFeed(room: room.id, head: room.head))
        }
        admission.session.admitted(admission.rooms)
    }

    private func follow(_ session: ChatSession, _ feed: RoomFeed) {
        guard session.membership(of: feed.room) == nil else { return }
        feeds[feed.room] = feed
        feed.add(session)
    }

    private func unfollow(_ session: ChatSession, _ room: RoomID) {
        guard let membership = session.forget(room) else { return }
        leave(membership)
        session.withdraw(room, through: membership.feed.head)
    }

    func noteFallenBehind() { statistics.fallenBehind += 1 }

    // MARK: Revocation, expiry and the end

    func close(_ selection: SocketSelection, code: UInt16, reason: String) -> EventLoopFuture<Int> {
        close(selected(selection), code: code, reason: reason)
    }

    func drain(retryAfterMilliseconds: Int64) -> EventLoopFuture<Int> {
        var writer = JSONWriter()
        writer.object { writer in
            writer.type(.drain)
            writer.member("retry_after_ms", retryAfterMilliseconds)
        }
        isDraining = true
        let all = Array(sockets.values)
        return inSlices(all) { session in
            // Nothing comes before hello.
            if session.phase == .open { session.tell(writer.bytes) }
            session.leave(code: 1012, reason: "restart")
        }
    }

    func extend(session id: String, accessExpiresAt: Int64) {
        for session in socketsOfLogin[id] { session.extend(to: accessExpiresAt) }
    }

    func tellRole(_ role: String, of user: UserID) {
        for session in socketsOfUser[user] { session.tellRole(role) }
    }

    func startSweeping() {
        eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { [weak self] task in
            guard let self else { return task.cancel() }
            sweep()
        }
    }

    func sweep() {
        let deadline = now() - socketGraceMilliseconds
        // Looking at ten thousand sockets once a second was most of an idle server's work.
        guard earliestExpiry < deadline else { return }
        let expired = sockets.values.filter { $0.accessExpiresAt < deadline }
        earliestExpiry = sockets.values.lazy.map(\.accessExpiresAt).filter { $0 >= deadline }.min() ?? .max
        _ = inSlices(expired) { $0.expel(code: 4001, reason: "token expired") }
    }

    private func selected(_ selection: SocketSelection) -> [ChatSession] {
        switch selection {
        case .sessions(let ids): ids.flatMap { socketsOfLogin[$0] }
        case .user(let user, let except):
            socketsOfUser[user].filter { $0.credential.sessionID != except }
        case .everyone: Array(sockets.values)
        }
    }

    private func close(_ sessions: [ChatSession], code: UInt16, reason: String) -> EventLoopFuture<Int> {
        let open = sessions.filter { $0.mute() }
        for session in open { setPresence(session, .offline, isRevoked: true) }
        return inSlices(open) { $0.expel(code: code, reason: reason) }
    }

    /// Runs `body` for each socket, a slice at a time with the event loop's other work between the slices.
    private func inSlices(
        _ sessions: [ChatSession], from start: Int = 0, _ body: @escaping (ChatSession) -> Void
    ) -> EventLoopFuture<Int> {
        let end = min(start + Self.closeSlice, sessions.count)
        for session in sessions[start..<end] { body(session) }
        guard end < sessions.count else { return eventLoop.makeSucceededFuture(sessions.count) }
        let promise = eventLoop.makePromise(of: Int.self)
        // A task that is due at once would run in the same tick; a moment later lets the sockets be read first.
        eventLoop.assumeIsolated().scheduleTask(in: .microseconds(100)) {
            self.inSlices(sessions, from: end, body).cascade(to: promise)
        }
        return promise.futureResult
    }
}
