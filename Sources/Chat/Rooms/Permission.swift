/// What a role allows in a room: the one table that the code asks and the documentation prints.
package enum Permission: String, Sendable, CaseIterable {
    case send
    case edit
    case react
    case deleteMessage = "delete_message"
    case invite
    case removeMember = "remove_member"
    case mute
    case ban
    case changeRole = "change_role"
    case changeRoom = "change_room"
    case deleteRoom = "delete_room"

    /// The least role that has the permission.
    package var leastRole: Role {
        switch self {
        case .send, .edit, .react: .member
        case .deleteMessage, .invite, .removeMember, .mute, .ban, .changeRoom: .moderator
        case .changeRole, .deleteRoom: .owner
        }
    }

    /// Whether it is speaking, which a mute takes.
    private var takesVoice: Bool { self == .send || self == .edit || self == .react }

    /// Tells whether the member's role has the permission.
    package func isGranted(to member: Member) -> Bool { member.role >= leastRole }

    /// Throws unless `member` has the permission, over `other` where the act is on a member: nobody below owner
    /// touches an owner or a moderator.
    package func check(_ member: Member, over other: Member? = nil) throws(ChatError) {
        guard isGranted(to: member) else { throw .forbidden }
        if let other, member.role < .owner, other.role >= .moderator { throw .forbidden }
        if member.isMuted, takesVoice { throw .muted }
    }
}
