/// What a client may ask for on the socket.
package enum Command: Equatable {
    case send(room: String, text: String, nonce: String?, replyTo: Int64?, files: [FileID] = [], violation: ChatError?)
    case edit(RoomID, target: Int64, text: String)
    case delete(RoomID, target: Int64)
    case react(RoomID, target: Int64, emoji: Emoji, isOn: Bool)
    case join(RoomID)
    case leave(RoomID)
    case direct([UserID])
    case resume([Resumption])
    case history(HistoryRequest)
    case read(RoomID, seq: Int64)
    case typing(RoomID)
    case presence(PresenceStatus)
    case ping

    /// A room and the last `seq` that the client has of it.
    package struct Resumption: Equatable {
        package let room: RoomID
        package let last: Int64
    }
}

/// A frame from a client: the command or what is wrong with it, and the `id` that the answer carries.
package struct ParsedCommand: Equatable {
    package let id: String?
    package let command: Result<Command, ChatError>
}
