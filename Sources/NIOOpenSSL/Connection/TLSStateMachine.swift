/// Where a connection stands between its first byte and its last: handshake, open, closing, closed.
///
/// Pure: methods in the past tense take facts in and return what is to be done. ``TLSHandler`` does it.
struct TLSStateMachine: Equatable {
    enum Phase: Equatable {
        /// The channel is not active yet.
        case idle
        case handshaking
        case open
        /// close_notify or a fatal alert is on its way to the kernel.
        case flushing
        /// The sending side is shut down; what the peer still sends is thrown away, since closing a socket with unread
        /// input sends a reset, which would destroy the alert on its way.
        case draining
        case closed
    }

    enum Action: Equatable {
        case nothing
        case startHandshake
        case announceHandshake
        /// Write close_notify and flush; then tell `closeFlushed`.
        case flushCloseNotify
        /// Flush the alert that libssl produced, then tell `closeFlushed`.
        case flushAlert
        /// Write close_notify, flush, and shut down the sending side only.
        case closeOutput
        /// Shut down the sending side and throw input away for a moment.
        case drain
        case closeChannel
        /// The handshake cannot finish: the stream ended in it.
        case abandonHandshake
        /// The deadline of the handshake has passed.
        case giveUpHandshake
        /// Tell of the end of input; the sending side goes on.
        case reportInputEnd
        /// Tell of the end of input, then ask to close.
        case reportInputEndAndClose
        /// Tell that the stream was cut short, then ask to close.
        case reportTruncationAndClose
        /// Tell that the channel is gone. `early`: before the handshake was done; `cut`: without close_notify.
        case reportClosed(early: Bool, cut: Bool)
    }

    /// The bytes a closing connection throws away before it closes regardless.
    static let maximumDrainedBytes = 256 * 1024

    private(set) var phase: Phase = .idle
    /// The peer has sent close_notify.
    private(set) var isInputEnded = false
    /// The peer's FIN has come.
    private(set) var isStreamEnded = false
    /// Our close_notify is written and the sending side is shut down.
    private(set) var isOutputClosed = false
    private var drainedBytes = 0

    /// Whether input is ciphertext to decrypt.
    var decrypts: Bool { phase == .open && !isInputEnded && !isStreamEnded }
    /// Whether plaintext may be encrypted now.
    var encrypts: Bool { phase == .open && !isOutputClosed }
    /// Whether plaintext is taken, if only to be kept until the handshake is done.
    var acceptsWrites: Bool {
        switch phase {
        case .idle, .handshaking: true
        case .open: !isOutputClosed
        case .flushing, .draining, .closed: false
        }
    }

    /// The channel is active.
    mutating func channelActivated() -> Action {
        guard phase == .idle else { return .nothing }
        phase = .handshaking
        return .startHandshake
    }

    mutating func handshakeFinished() -> Action {
        guard phase == .handshaking else { return .nothing }
        phase = .open
        return .announceHandshake
    }

    /// libssl found the connection beyond repair.
    mutating func failed() -> Action {
        switch phase {
        case .handshaking, .open:
            phase = .flushing
            return .flushAlert
        case .idle, .flushing, .draining, .closed: return .nothing
        }
    }

    /// The peer ended its direction.
    mutating func closeNotifyReceived(isHalfClosureAllowed: Bool) -> Action {
        guard phase == .open, !isInputEnded else { return .nothing }
        isInputEnded = true
        return isHalfClosureAllowed && !isOutputClosed ? .reportInputEnd : .reportInputEndAndClose
    }

    /// The peer's FIN came.
    mutating func streamEnded() -> Action {
        guard !isStreamEnded else { return .nothing }
        isStreamEnded = true
        switch phase {
        case .idle:
            phase = .closed
            return .closeChannel
        case .handshaking:
            phase = .closed
            return .abandonHandshake
        case .open: return isInputEnded ? .nothing : .reportTruncationAndClose
        case .flushing, .closed: return .nothing
        case .draining:
            phase = .closed
            return .closeChannel
        }
    }

    /// Our side wants to end both directions.
    mutating func closeRequested() -> Action {
        switch phase {
        case .idle, .handshaking:
            phase = .closed
            return .closeChannel
        case .open where isOutputClosed:
            return startDraining()
        case .open:
            phase = .flushing
            return .flushCloseNotify
        case .flushing, .draining, .closed: return .nothing
        }
    }

    /// Our side wants to end its own direction.
    mutating func outputCloseRequested() -> Action {
        guard phase == .open, !isInputEnded, !isStreamEnded else { return closeRequested() }
        guard !isOutputClosed else { return .nothing }
        isOutputClosed = true
        return .closeOutput
    }

    /// The kernel took the last of what we had to say.
    mutating func closeFlushed() -> Action {
        guard phase == .flushing else { return .nothing }
        return startDraining()
    }

    private mutating func startDraining() -> Action {
        // With the peer's FIN seen nothing unread can be left.
        phase = isStreamEnded ? .closed : .draining
        return isStreamEnded ? .closeChannel : .drain
    }

    /// Input came that nobody wants.
    mutating func inputDiscarded(bytes: Int) -> Action {
        guard phase == .draining || phase == .flushing else { return .nothing }
        drainedBytes += min(bytes, Self.maximumDrainedBytes)
        guard drainedBytes >= Self.maximumDrainedBytes else { return .nothing }
        phase = .closed
        return .closeChannel
    }

    /// The timer of the current phase ran out.
    mutating func deadlineReached() -> Action {
        switch phase {
        case .handshaking:
            phase = .closed
            return .giveUpHandshake
        case .flushing, .draining:
            phase = .closed
            return .closeChannel
        case .idle, .open, .closed: return .nothing
        }
    }

    /// Our side wants the channel gone at once.
    mutating func aborted() -> Action {
        guard phase != .closed else { return .nothing }
        phase = .closed
        return .closeChannel
    }

    /// The channel is gone.
    mutating func channelClosed() -> Action {
        let action = Action.reportClosed(early: phase == .handshaking, cut: phase == .open && !isInputEnded)
        phase = .closed
        return action
    }
}
