/// What an administrator does to a room, whatever the roles of its members say.
package enum RoomAct: Sendable {
    /// Makes the room, for an owner.
    case create(kind: RoomKind, title: String?, topic: String?, owner: UserID)
    /// Sets properties; nil leaves one as it is.
    case change(title: String?, topic: String?, retention: Retention?)
    /// Deletes the room with its history.
    case delete
    /// Makes a user a member, or changes the role; nil leaves it as it is.
    case setMember(UserID, role: Role?)
    /// Ends a membership.
    case removeMember(UserID)
}
