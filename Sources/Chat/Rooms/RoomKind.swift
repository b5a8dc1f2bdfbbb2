/// Who may see and join a room.
package enum RoomKind: String, Sendable {
    /// Listed; anyone may join.
    case `public`
    /// Invisible to all but its members.
    case `private`
    /// Two to eight people, made by naming them.
    case direct
}
