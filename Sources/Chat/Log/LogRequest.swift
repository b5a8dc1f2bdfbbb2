package import OpenSSLCrypto

/// What the room log is asked to do, on behalf of a user who is logged in.
package enum LogRequest: Sendable {
    /// A message. `violation` is what is wrong with it; the nonce is looked up first, because a message that was sent
    /// before is answered as before whatever else the request says.
    case send(
        room: RoomID, from: UserID, text: String, nonce: String?, replyTo: Int64?, files: [FileID] = [],
        violation: ChatError?)
    /// A message of a webhook; the digest is that of the secret in its address.
    case post(webhook: String, digest: SHA256Digest, text: String, nonce: String?, violation: ChatError?)
    /// New words for a message.
    case edit(room: RoomID, target: Int64, text: String, by: UserID)
    /// Takes a message's words out of the room.
    case deleteMessage(room: RoomID, target: Int64, by: UserID)
    /// Gives a message an emoji, or takes it back.
    case react(room: RoomID, target: Int64, emoji: Emoji, isOn: Bool, by: UserID)
    case join(room: RoomID, user: UserID)
    case leave(room: RoomID, user: UserID)
    /// The direct room of these two to eight people, made on first use.
    case direct(people: [UserID], by: UserID)
    case create(room: RoomID, kind: RoomKind, title: String?, topic: String?, by: UserID)
    /// New properties of a room; nil leaves one as it is.
    case change(
        room: RoomID, title: String?, topic: String?, kind: RoomKind? = nil, slowMode: Int64? = nil,
        isArchived: Bool? = nil, by: UserID)
    case delete(room: RoomID, by: UserID)
    /// Makes a user a member, or changes a member's role or mute.
    case setMember(room: RoomID, user: UserID, role: Role?, isMuted: Bool?, by: UserID)
    case removeMember(room: RoomID, user: UserID, by: UserID)
    /// Bans a user, removing it where it is a member; `until` is in milliseconds since 1970 UTC, nil for ever.
    case ban(room: RoomID, user: UserID, until: Int64? = nil, by: UserID)
    case unban(room: RoomID, user: UserID, by: UserID)
    case read(room: RoomID, user: UserID, seq: Int64)
    /// Makes a new user a member of the default room, which is made when it is missing.
    case welcome(room: RoomID, user: UserID, role: Role)
}

/// What a request led to.
package enum LogAnswer: Sendable, Equatable {
    /// A message stands in the log; `isDuplicate` when its nonce was seen before.
    case sent(room: RoomID, seq: Int64, at: Int64, isDuplicate: Bool)
    /// An event stands in the log; `isDuplicate` when that was so already, by the event of that `seq`.
    case appended(room: RoomID, seq: Int64, isDuplicate: Bool)
    /// The room after the request, as the user who asked sees it.
    case room(RoomInfo)
    /// The user who asked is no longer a member of the room.
    case left(RoomID)
    /// Done, with nothing to say.
    case done
}
