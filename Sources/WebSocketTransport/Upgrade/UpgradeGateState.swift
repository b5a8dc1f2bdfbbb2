/// What one connection is doing at its gate: a pure state machine over requests, answers and the channel's events.
struct UpgradeGateState: Equatable {
    enum Phase: Equatable {
        /// Nothing has come yet; the header deadline runs.
        case fresh
        /// Requests are Hummingbird's.
        case http
        /// A request for the gate's path came; its end, or earlier answers, are awaited.
        case requested(isComplete: Bool)
        /// The HTTP handlers are being taken out.
        case upgrading
        /// The channel belongs to a socket.
        case upgraded
        /// An answer was given that ends the connection; input is thrown away.
        case ending
    }

    enum HeadAction: Equatable {
        /// Pass the request on; `first` asks for Hummingbird's handlers.
        case forward(first: Bool)
        /// Keep the head: the gate answers it.
        case hold
        case discard
    }

    enum PartAction: Equatable {
        case forward
        /// Answer the request that was held.
        case decide
        /// A handshake with a body.
        case refuseBody
        case discard
    }

    enum AnswerAction: Equatable {
        case none
        /// Answer the request that was held.
        case decide
        case close
    }

    enum ErrorAction: Equatable {
        /// The request's own handler has to hear of it.
        case forward
        /// Answer with a problem and close.
        case answer
        case close
        case discard
    }

    enum QuiesceAction: Equatable {
        case close
        case forward
        case discard
    }

    /// What becomes of Hummingbird's wish to close one direction, and of the peer's end of input.
    enum HalfCloseAction: Equatable {
        case close
        case forward
        case ignore
    }

    private(set) var phase = Phase.fresh
    /// Requests passed on whose answers are not finished.
    private var inFlight = 0
    private var isBodyOpen = false
    private var hasHTTP = false
    private(set) var closesAfterAnswer = false

    /// A request begins.
    ///
    /// The last one is a request after which nothing can follow: it says so, or the decoder takes it for a change of
    /// protocol (`Upgrade: h2c`, `CONNECT`) and parses nothing after it.
    mutating func headReceived(isUpgradePath: Bool, isLast: Bool) -> HeadAction {
        guard phase == .fresh || phase == .http, !closesAfterAnswer else { return .discard }
        if isUpgradePath {
            phase = .requested(isComplete: false)
            return .hold
        }
        if isLast { closesAfterAnswer = true }
        inFlight += 1
        isBodyOpen = true
        phase = .http
        defer { hasHTTP = true }
        return .forward(first: !hasHTTP)
    }

    mutating func bodyReceived() -> PartAction {
        switch phase {
        case .http: return isBodyOpen ? .forward : .discard
        case .requested(isComplete: false): return inFlight == 0 ? .refuseBody : .discard
        default: return .discard
        }
    }

    mutating func endReceived() -> PartAction {
        switch phase {
        case .http:
            defer { isBodyOpen = false }
            return isBodyOpen ? .forward : .discard
        case .requested(isComplete: false):
            phase = .requested(isComplete: true)
            return inFlight == 0 ? .decide : .discard
        default:
            return .discard
        }
    }

    /// The last part of an answer was written.
    mutating func answerFinished() -> AnswerAction {
        inFlight -= 1
        guard inFlight == 0 else { return .none }
        if phase == .requested(isComplete: true) { return .decide }
        // An answer that came before its request's end leaves the rest of the body to be read.
        guard closesAfterAnswer else { return .none }
        phase = .ending
        return .close
    }

    /// The bytes that came are not HTTP, or over a limit.
    mutating func parserFailed() -> ErrorAction {
        switch phase {
        case .fresh:
            phase = .ending
            return .answer
        case .http:
            if isBodyOpen { return .forward }
            if inFlight == 0 {
                phase = .ending
                return .answer
            }
            closesAfterAnswer = true
            return .discard
        case .requested(isComplete: false):
            guard inFlight == 0 else { return .discard }
            phase = .ending
            return .answer
        case .upgrading:
            // The decoder did not take the handshake for a change of protocol and ate what came behind it.
            phase = .ending
            return .close
        case .requested, .upgraded, .ending:
            return .discard
        }
    }

    /// Whether Hummingbird has an end of this connection that must hear of its events.
    var tellsHTTP: Bool { hasHTTP && phase != .upgrading && phase != .upgraded }

    /// Whether what Hummingbird writes belongs on the connection.
    var takesAnswers: Bool { inFlight > 0 && phase != .ending }

    /// The server wants to stop.
    mutating func quiesced() -> QuiesceAction {
        switch phase {
        case .fresh:
            phase = .ending
            return .close
        case .http: return .forward
        case .requested, .upgrading, .upgraded, .ending: return .discard
        }
    }

    /// Hummingbird will write nothing more, or read nothing more.
    mutating func halfCloseRequested(ofInput: Bool) -> HalfCloseAction {
        switch phase {
        case .http where !ofInput || inFlight == 0:
            phase = .ending
            return .close
        case .http:
            closesAfterAnswer = true
            return .ignore
        case .fresh, .requested, .upgrading, .upgraded, .ending:
            return .ignore
        }
    }

    /// The peer sends nothing more.
    mutating func inputEnded() -> HalfCloseAction {
        switch phase {
        case .fresh, .requested(isComplete: false):
            phase = .ending
            return .close
        case .http, .requested: return .forward
        case .upgrading, .upgraded, .ending: return .ignore
        }
    }

    /// The deadline of the first head has passed; `true` when the connection is to be closed.
    mutating func headerDeadlinePassed() -> Bool {
        guard phase == .fresh || phase == .requested(isComplete: false) else { return false }
        phase = .ending
        return true
    }

    /// The request was refused.
    mutating func refused() {
        phase = .ending
    }

    /// The request was accepted; `true` when Hummingbird's handlers are in the pipeline.
    mutating func accepted() -> Bool {
        phase = .upgrading
        return hasHTTP
    }

    /// The socket has its connection.
    mutating func upgraded() {
        phase = .upgraded
    }
}
