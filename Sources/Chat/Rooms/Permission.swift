/// What a role allows in a room: the one table that the code asks and the documentation prints.
package enum Permission: String, Sendable, CaseIterable {
    case send
    case edit
    case react
    /// Of another's message; authors delete their own whatever their role.
    case deleteMessage = "delete_message"
    case invite
    case removeMember = "remove_member"
    case mute
    case ban
    /// Title and topic.
    case changeRoom = "change_room"
    case slowMode = "slow_mode"
    case manageWebhooks = "manage_webhooks"
    case changeRole = "change_role"
    /// Public or private.
    case changeKind = "change_kind"
    case archive
    case deleteRoom = "delete_room"

    /// The least role that has the permission.
    package var leastRole: Role {
        switch self {
        case .send, .edit, .react: .member
        case .deleteMessage, .invite, .removeMember, .mute, .ban, .changeRoom, .slowMode, .manageWebhooks: .moderator
        case .changeRole, .changeKind, .archive, .deleteRoom: .owner
        }
    }

    /// Whether it is speaking, which a mute takes, and which an archived room has no place for.
    package var isVoice: Bool { self == .send || self == .edit || self == .react }

    /// Whether anyone has it in a room of that kind: nobody governs a direct room, where all are alike.
    package func exists(in kind: RoomKind) -> Bool { kind != .direct || isVoice }

    /// Tells whether the member's role has the permission in a room of that kind.
    package func isGranted(to member: Member, in kind: RoomKind) -> Bool {
        exists(in: kind) && member.role >= leastRole
    }

    /// Throws unless `member` has the permission, over `other` where the act is on a member: nobody below owner
    /// touches an owner or a moderator.
    package func check(_ member: Member, over other: Member? = nil, in kind: RoomKind) throws(ChatError) {
        guard isGranted(to: member, in: kind) else { throw .forbidden }
        if let other, member.role < .owner, other.role >= .moderator { throw .forbidden }
        if member.isMuted, isVoice { throw .muted }
    }
}
