import NIOCore

/// What becomes of a socket that goes on after refusals: a state machine without I/O.
///
/// A refusal by itself costs nothing but the answer. After `refusals` of them the socket is not read from for as long
/// as the refusal asked to wait; after `pauses` such pauses it is closed. Who keeps the rates for a while starts anew.
struct FloodGuard {
    enum Action: Equatable {
        /// Refuse, and that is all.
        case refuse
        /// Refuse, and read nothing for that long.
        case pause(TimeAmount)
        /// Close with 4029.
        case close
    }

    /// A pause is never longer, so that a peer is not left alone.
    static let longestPause: TimeAmount = .seconds(5)
    /// Nor shorter, so that it is felt.
    static let shortestPause: TimeAmount = .milliseconds(500)
    /// Without a refusal for this long all is forgotten.
    static let memory: TimeAmount = .seconds(30)

    private let refusals: Int
    private let pauses: Int
    private var refused = 0
    private var paused = 0
    private var last: NIODeadline?
    /// Whether the socket is not read from. What had been read already is refused and not counted.
    private(set) var isPaused = false

    init(limits: ChatLimits) {
        refusals = limits.floodRefusals
        pauses = limits.floodPauses
    }

    /// A command was refused and asked to wait so many milliseconds.
    mutating func refused(wait: Int64, now: NIODeadline) -> Action {
        if let last, now - last > Self.memory {
            refused = 0
            paused = 0
        }
        last = now
        guard !isPaused else { return .refuse }
        refused += 1
        guard refused >= refusals else { return .refuse }
        refused = 0
        paused += 1
        guard paused <= pauses else { return .close }
        isPaused = true
        return .pause(min(max(.milliseconds(wait), Self.shortestPause), Self.longestPause))
    }

    /// The pause is over.
    mutating func pauseEnded() { isPaused = false }
}
