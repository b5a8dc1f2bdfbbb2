import NIOCore

extension WebSocketConnection {
    /// The most bytes of reason that fit a control frame beside the code (RFC 6455, section 5.5).
    private static let maximumReasonBytes = 123

    func carryOut(_ action: CloseHandshake.Action, reason: String) {
        switch action {
        case .none:
            break
        case .sendClose(let code):
            sendClose(code, reason)
        case .closeTransport:
            // Not while outboxes are walked: closing may come back with `tlsClosed`.
            planDeadline()
            outbox.flusher.end { self.sink?.closeDirect() }
        }
    }

    private func sendClose(_ code: CloseCode?, _ reason: String) {
        var payload: [UInt8] = []
        if let code {
            payload.append(UInt8(code.rawValue >> 8))
            payload.append(UInt8(truncatingIfNeeded: code.rawValue))
            payload.append(contentsOf: Self.cut(reason).utf8)
        }
        payload.withUnsafeBytes { outbox.append(control: .close, $0) }
        outbox.seal()
        outbox.wantsEmptied = true
        planDeadline()
    }

    private func planDeadline() {
        guard closeDeadline == nil, sink != nil else { return }
        closeDeadline = .now() + closeTimeout
        outbox.flusher.wheel.schedule(self, in: closeTimeout)
    }

    private static func cut(_ reason: String) -> Substring {
        var cut = reason[...]
        while cut.utf8.count > maximumReasonBytes { cut.removeLast() }
        return cut
    }
}

extension WebSocketConnection: OutboxOwner {
    func outboxEmptied() {
        let now = NIODeadline.now()
        if isPingQueued {
            isPingQueued = false
            heartbeat.pingWritten(at: now)
            if closeDeadline == nil { plan(heartbeat.timePassed(to: now, unsentByteCount: 0), at: now) }
        }
        if outbox.takeOwedDrained(), handshake.isOpen { delegate?.outboxDrained(self) }
        // Only now: a Close that is asked for while the delegate was told waits for its own turn.
        if !outbox.hasUnsent { carryOut(handshake.closeWritten(), reason: "") }
    }

    func outboxBlocked() {
        let unsent = unsentByteCount
        guard closeDeadline == nil, unsent > 0 else { return }
        let now = NIODeadline.now()
        heartbeat.blocked(at: now, unsentByteCount: unsent)
        plan(heartbeat.timePassed(to: now, unsentByteCount: unsent), at: now)
    }
}

extension WebSocketConnection {
    /// The wheel's visit.
    ///
    /// - Returns: When to come again; `nil` to be left alone.
    func visited(at now: NIODeadline) -> TimeAmount? {
        guard let sink else { return nil }
        if let closeDeadline {
            guard now >= closeDeadline else { return closeDeadline - now }
            handshake.givenUp(handshake.code)
            sink.abort()
            return nil
        }
        heartbeat.wrote(at: outbox.lastWrite)
        if isReadingPaused { heartbeat.listenedNot(at: now) }
        switch heartbeat.timePassed(to: now, unsentByteCount: unsentByteCount) {
        case .wait(let deadline):
            return max(.nanoseconds(0), deadline - now)
        case .sendPing:
            isPingQueued = true
            outbox.wantsEmptied = true
            outbox.append(control: .ping, UnsafeRawBufferPointer(start: nil, count: 0))
            return heartbeat.interval
        case .close(.stuck):
            // A Close frame could only join what the kernel does not take.
            handshake.givenUp(.stuck)
            sink.abort()
            return nil
        case .close(let code):
            close(code: code, reason: "no heartbeat")
            // Closing has planned the next visit.
            return nil
        }
    }

    private func plan(_ action: HeartbeatState.Action, at now: NIODeadline) {
        guard case .wait(let deadline) = action, sink != nil else { return }
        outbox.flusher.wheel.schedule(self, in: max(.nanoseconds(0), deadline - now))
    }
}
