import NIOCore
package import WebSocketTransport

/// The chat end of one socket: greets it, carries out its commands and feeds it the events of its rooms.
///
/// Everything but the constants is touched on the socket's event loop only, which is why it may be passed between
/// threads. `ChatSession+Commands`, `+Delivery` and `+Flood` hold what it does.
package final class ChatSession: @unchecked Sendable {
    /// A room that the socket follows and its place in the room's feed.
    struct Membership {
        let feed: RoomFeed
        var index: Int
    }

    /// How far the socket has come.
    enum Phase: Equatable {
        /// The upgrade is not finished.
        case connecting
        /// The log was asked for the user's rooms; nothing may be sent before `hello`.
        case admitting
        /// The rooms are followed, and what is unread is being counted.
        case greeting
        /// `hello` was sent.
        case open
        /// Closed, or told to close: nothing more is sent.
        case closed
    }

    let service: ChatService
    let credential: SessionCredential
    let shard: HubShard
    var phase = Phase.connecting
    var connection: WebSocketConnection?
    var memberships: [Membership] = []
    /// Its places in the shard's indexes.
    var placeInUser = 0
    var placeInLogin = 0
    /// Milliseconds since 1970 UTC at which the login's newest access token runs out.
    private(set) var accessExpiresAt: Int64
    /// Whether live events go straight to the outbox: `hello` was sent and no room is behind.
    var isLive = false
    /// The next `seq` that the socket is to get, for each room in which it is behind.
    var behind: [RoomID: Int64] = [:]
    var isReadingPage = false
    /// Whether the socket fell behind and was not told so yet: there is room for that when it has taken what waits.
    var hasFallenBehind = false
    private var isMuted = false
    var resumptions: [PendingResumption] = []
    /// What the socket's user says of the device: `online` or `away`.
    var chosenPresence = PresenceStatus.online
    /// What the socket counts as in the user's presence.
    var countedPresence = PresenceStatus.offline
    /// The last passing event that was delivered to the socket.
    var passingStamp: UInt64 = 0
    /// When the socket's last `typing` in a room was passed on.
    var typed: [RoomID: NIODeadline] = [:]
    var messageBucket: TokenBucket
    var commandBucket: TokenBucket
    /// What the user may send over all sockets.
    let rates: UserRates
    var flood: FloodGuard

    init(service: ChatService, credential: SessionCredential, shard: HubShard) {
        self.service = service
        self.credential = credential
        self.shard = shard
        accessExpiresAt = credential.accessExpiresAt
        let limits = service.configuration.limits
        let now = NIODeadline.now()
        rates = service.buckets.rates(of: credential.user, now: now)
        flood = FloodGuard(limits: limits)
        messageBucket = TokenBucket(
            rate: limits.messagesPerSecond, burst: limits.messagesPerSecond * 3, now: now)
        commandBucket = TokenBucket(
            rate: limits.commandsPerSecond, burst: limits.commandsPerSecond * 3, now: now)
    }

    var user: UserID { credential.user }
    var shardIndex: Int { shard.index }
    var eventLoop: any EventLoop { shard.eventLoop }
    var isAdmitted: Bool { phase == .greeting || phase == .open }

    // MARK: Rooms

    func membership(of room: RoomID) -> Membership? { memberships.first { $0.feed.room == room } }

    /// Forgets the room and gives back the place in its feed, nil when it was not followed.
    func forget(_ room: RoomID) -> Membership? {
        guard let index = memberships.firstIndex(where: { $0.feed.room == room }) else { return nil }
        behind[room] = nil
        typed[room] = nil
        defer { settle() }
        return memberships.remove(at: index)
    }

    func moved(in feed: RoomFeed, to index: Int) {
        for position in memberships.indices where memberships[position].feed === feed {
            memberships[position].index = index
            return
        }
    }

    // MARK: Admission

    func admissionFailed() {
        guard phase == .admitting else { return }
        leave(code: 1012, reason: "storage unavailable")
    }

    func admitted(_ rooms: [RoomInfo]) {
        guard phase == .admitting else { return }
        phase = .greeting
        service.reader.greeting(rooms, credential: credential, on: eventLoop).whenComplete { [self] result in
            guard phase == .greeting else { return }
            switch result {
            case .success(let (details, rooms)): greet(details, rooms)
            case .failure: leave(code: 1012, reason: "storage unavailable")
            }
        }
    }

    private func greet(_ details: SessionCredential.Details, _ rooms: [RoomInfo]) {
        guard let connection else { return }
        phase = .open
        // What was left or lost since the rooms were read is not told any more.
        let followed = Set(memberships.map(\.feed.room))
        let rooms = rooms.filter { followed.contains($0.id) }
        let greeting = Greeting(
            session: self, details: details, rooms: rooms, heartbeatMilliseconds: connection.heartbeatMilliseconds)
        tell(greeting.encoded())
        isLive = behind.isEmpty
        shard.setPresence(self, chosenPresence)
        resumeReading()
        if !isLive { catchUp() }
    }

    /// Reads commands again, unless what waits to be sent is over its limit or the socket sends too much.
    func resumeReading() {
        guard let connection, !connection.outbox.isOverLimit, !flood.isPaused else { return }
        connection.resumeReading()
    }

    // MARK: Sending and closing

    /// Sends one JSON object to this socket alone.
    func tell(_ json: [UInt8]) {
        guard phase != .closed, let connection else { return }
        json.withUnsafeBytes { connection.outbox.append(copying: $0) }
        if connection.outbox.isOverLimit { connection.pauseReading() }
    }

    func extend(to expiry: Int64) {
        guard expiry > accessExpiresAt, phase != .closed else { return }
        accessExpiresAt = expiry
        tellSession()
    }

    func tellRole(_ role: String) { tellSession(role: role) }

    private func tellSession(role: String? = nil) {
        // Before that, `hello` will tell what holds by then.
        guard phase == .open else { return }
        var writer = JSONWriter()
        writer.object { writer in
            writer.type(.session)
            writer.member("access_expires_at", time: accessExpiresAt)
            if let role { writer.member("role", role) }
        }
        tell(writer.bytes)
    }

    /// Drops what waits to be sent, also behind a close that was asked for before; no further chat frame is written.
    /// False when that was done before.
    func mute() -> Bool {
        guard !isMuted else { return false }
        isMuted = true
        phase = .closed
        isLive = false
        connection?.outbox.mute()
        return true
    }

    /// Closes without sending what waits.
    func expel(code: UInt16, reason: String) {
        _ = mute()
        connection?.closeNow(code: CloseCode(rawValue: code), reason: reason)
    }

    /// Closes behind what waits.
    func leave(code: UInt16, reason: String) {
        guard phase != .closed else { return }
        phase = .closed
        isLive = false
        connection?.close(code: CloseCode(rawValue: code), reason: reason)
    }
}

extension ChatSession: WebSocketConnectionDelegate {
    package func opened(_ connection: WebSocketConnection) {
        self.connection = connection
        shard.register(self)
        // The token was checked before the answer 101; a revocation may have come between.
        if let verdict = credential.verdict() { return expel(code: verdict.code, reason: verdict.reason) }
        if shard.isDraining { return leave(code: 1012, reason: "restart") }
        phase = .admitting
        connection.pauseReading()
        if !service.log.admit(self) { admissionFailed() }
    }

    package func textReceived(_ payload: UnsafeRawBufferPointer, on connection: WebSocketConnection) {
        guard phase == .open else { return }
        perform(CommandParser(limits: service.configuration.limits).parse(payload))
    }

    package func outboxDrained(_ connection: WebSocketConnection) {
        guard phase == .open else { return }
        resumeReading()
        if hasFallenBehind { tellLagging() }
        if !isLive { catchUp() }
    }

    package func closed(_ connection: WebSocketConnection, code: UInt16?) {
        phase = .closed
        isLive = false
        behind.removeAll()
        shard.unregister(self)
        self.connection = nil
    }
}
