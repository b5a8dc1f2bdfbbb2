/// What a client may ask for on the socket.
enum Command: Equatable {
    case send(room: String, text: String, nonce: String?, replyTo: Int64?, violation: ChatError?)
    case join(RoomID)
    case leave(RoomID)
    case direct([UserID])
    case resume([Resumption])
    case history(HistoryRequest)
    case read(RoomID, seq: Int64)
    case ping

    /// A room and the last `seq` that the client has of it.
    struct Resumption: Equatable {
        let room: RoomID
        let last: Int64
    }
}

/// A frame from a client: the command or what is wrong with it, and the `id` that the answer carries.
struct ParsedCommand: Equatable {
    let id: String?
    let command: Result<Command, ChatError>
}
