import WebSocketTransport

extension HubShard {
    func apply(_ batch: PassingBatch) {
        flusher.keepAlive(batch.frames)
        for delivery in batch.deliveries { deliver(delivery, batch.frames) }
    }

    private func deliver(_ delivery: PassingBatch.Delivery, _ frames: FrameBuffer) {
        if let user = delivery.only {
            for session in sockets(of: user) { session.deliverPassing(frames, delivery.range) }
            return
        }
        passingStamp += 1
        for room in delivery.rooms {
            feed(of: room)?.deliverPassing(frames, delivery.range, except: delivery.except, stamp: passingStamp)
        }
    }

    // MARK: Presence

    /// Counts a socket as that present, and tells the board when it changes the best of the user's sockets here.
    func setPresence(_ session: ChatSession, _ status: PresenceStatus, isRevoked: Bool = false) {
        guard session.countedPresence != status else { return }
        var count = presence[session.user] ?? PresenceCount()
        let before = count.best
        count.remove(session.countedPresence)
        count.add(status)
        session.countedPresence = status
        let best = count.best
        presence[session.user] = best == .offline ? nil : count
        if best != before {
            board.report(session.user, shard: index, best, isRevoked: isRevoked)
        }
    }
}

/// How many sockets of a user are online and away on one event loop.
struct PresenceCount {
    private var online = 0
    private var away = 0

    var best: PresenceStatus { online > 0 ? .online : away > 0 ? .away : .offline }

    mutating func add(_ status: PresenceStatus) { change(status, by: 1) }

    mutating func remove(_ status: PresenceStatus) { change(status, by: -1) }

    private mutating func change(_ status: PresenceStatus, by difference: Int) {
        switch status {
        case .online: online += difference
        case .away: away += difference
        case .offline: break
        }
    }
}
