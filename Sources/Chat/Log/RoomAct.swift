/// What somebody did to a room over the socket or HTTP that an auditor asks about and no route knows: told by the log
/// itself, once it is durable.
package enum RoomAct: Sendable, Equatable {
    /// Somebody who is not its author took a message's words out of a room.
    case messageDeleted(room: RoomID, target: Int64, author: UserID, by: UserID)
    /// A direct room was made by its first use.
    case directCreated(room: RoomID, people: [UserID], by: UserID)
}
