/// What a member may do in a room, from least to most.
package enum Role: String, Sendable, Comparable {
    case member, moderator, owner

    package static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .member: 0
        case .moderator: 1
        case .owner: 2
        }
    }
}
