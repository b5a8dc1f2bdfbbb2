/// Both ways of the closing handshake (RFC 6455, sections 5.5.1 and 7.1).
///
/// The server closes TCP: after its own Close was written and, when it asked first, the peer's came; after a violation
/// it does not wait.
struct CloseHandshake {
    enum Action: Equatable {
        case none
        /// Send a Close; `nil` for one without a code.
        case sendClose(CloseCode?)
        /// Everything is said: end TLS and TCP in order.
        case closeTransport
    }

    private enum State: Equatable {
        case open
        /// Our Close waits behind what was pending.
        case queued(awaitsPeer: Bool)
        /// Our Close is with the kernel, the peer's has not come.
        case sent
        case ending
        case closed
    }

    private var state = State.open
    /// What the delegate is told: the code of whichever Close came first; `nil` when the connection was just lost.
    private(set) var code: CloseCode?

    /// Whether messages are handed out and frames accepted.
    var isOpen: Bool { state == .open }
    var isClosed: Bool { state == .closed }

    /// This end wants to close.
    mutating func requested(_ code: CloseCode) -> Action {
        guard state == .open else { return .none }
        state = .queued(awaitsPeer: true)
        self.code = code
        return .sendClose(code)
    }

    /// What was pending was dropped, perhaps a queued Close with it: this code goes instead.
    mutating func muted(_ code: CloseCode) -> Action {
        switch state {
        case .open:
            return requested(code)
        case .queued:
            self.code = code
            return .sendClose(code)
        case .sent, .ending, .closed:
            return .none
        }
    }

    /// The peer's Close came.
    mutating func received(_ code: CloseCode?) -> Action {
        switch state {
        case .open:
            state = .queued(awaitsPeer: false)
            self.code = code ?? .noStatus
            return .sendClose(code)
        case .queued:
            state = .queued(awaitsPeer: false)
            return .none
        case .sent:
            state = .ending
            return .closeTransport
        case .ending, .closed:
            return .none
        }
    }

    /// The peer broke a rule.
    mutating func violated(_ code: CloseCode) -> Action {
        switch state {
        case .open:
            state = .queued(awaitsPeer: false)
            self.code = code
            return .sendClose(code)
        case .queued, .sent, .ending, .closed:
            return received(code)
        }
    }

    /// Our Close is with the kernel.
    mutating func closeWritten() -> Action {
        guard case .queued(let awaitsPeer) = state else { return .none }
        if awaitsPeer {
            state = .sent
            return .none
        }
        state = .ending
        return .closeTransport
    }

    /// The peer will send nothing more.
    mutating func inputEnded() -> Action {
        switch state {
        case .open, .sent:
            state = .ending
            return .closeTransport
        case .queued:
            state = .queued(awaitsPeer: false)
            return .none
        case .ending, .closed:
            return .none
        }
    }

    /// The connection is given up, with a code to report unless there is one.
    mutating func givenUp(_ code: CloseCode?) {
        if state == .open { self.code = code }
        if state != .closed { state = .ending }
    }

    /// The channel is gone; `true` the first time.
    mutating func transportClosed() -> Bool {
        defer { state = .closed }
        return state != .closed
    }
}
