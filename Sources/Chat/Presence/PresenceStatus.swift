/// How present a socket is, or a user by the best of their sockets.
package enum PresenceStatus: UInt8, Sendable, Comparable {
    case offline, away, online

    /// The word of the protocol.
    package var word: String {
        switch self {
        case .offline: "offline"
        case .away: "away"
        case .online: "online"
        }
    }

    package static func < (left: PresenceStatus, right: PresenceStatus) -> Bool { left.rawValue < right.rawValue }
}
