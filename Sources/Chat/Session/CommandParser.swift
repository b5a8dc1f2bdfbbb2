/// Turns a text frame into a command. Pure; never traps, whatever the bytes.
package struct CommandParser {
    private let limits: ChatLimits

    /// Characters of an `id` or a `nonce`, at the most: Unicode scalars, because one grapheme may take any number of
    /// bytes.
    static let maximumIDCharacters = 64

    package init(limits: ChatLimits) { self.limits = limits }

    /// The command in a frame's payload, or what is wrong with it.
    package func parse(_ payload: UnsafeRawBufferPointer) -> ParsedCommand {
        guard case .object(let object)? = try? JSONReader.read(payload) else {
            return ParsedCommand(id: nil, command: .failure(.badJSON))
        }
        let id: String?
        switch object["id"] {
        case nil: id = nil
        case .string(let text)? where text.unicodeScalars.count <= Self.maximumIDCharacters: id = text
        default:
            return ParsedCommand(
                id: nil,
                command: .failure(
                    ChatError(
                        "invalid_id", "The 'id' is not a string of at most \(Self.maximumIDCharacters) characters."))
            )
        }
        do throws(ChatError) {
            return ParsedCommand(id: id, command: .success(try command(object)))
        } catch {
            return ParsedCommand(id: id, command: .failure(error))
        }
    }

    private func command(_ object: JSON.Object) throws(ChatError) -> Command {
        guard let type = object["type"]?.text else { throw .invalidField("type", "is missing or not a string") }
        guard let type = CommandType(rawValue: type) else {
            throw ChatError("unknown_type", "There is no command of that type.")
        }
        switch type {
        case .send: return try send(object)
        case .edit:
            let (room, target) = (try room(object), try target(object))
            return .edit(room, target: target, text: try MessageDraft.text(object["text"], limits: limits))
        case .delete: return .delete(try room(object), target: try target(object))
        case .react: return try react(object)
        case .join: return .join(try room(object))
        case .leave: return .leave(try room(object))
        case .direct: return .direct(try people(object))
        case .resume: return .resume(try resumptions(object))
        case .history:
            let room = try room(object)
            let before = try integer(object, "before")
            let after = try integer(object, "after")
            let limit = try integer(object, "limit")
            if let limit, limit < 1 { throw .invalidField("limit", "is below 1") }
            return .history(
                HistoryRequest(room: room, before: before, after: after, limit: limit.map { Int(clamping: $0) }))
        case .read:
            let room = try room(object)
            guard let seq = try integer(object, "seq") else { throw .invalidField("seq", "is missing") }
            return .read(room, seq: seq)
        case .typing: return .typing(try room(object))
        case .presence:
            switch object["status"]?.text {
            case "online": return .presence(.online)
            case "away": return .presence(.away)
            default: throw .invalidField("status", "is neither 'online' nor 'away'")
            }
        case .ping: return .ping
        }
    }

    private func send(_ object: JSON.Object) throws(ChatError) -> Command {
        let draft = MessageDraft(object, limits: limits)
        let room = object["room"]?.text
        let violation = draft.violation ?? (room == nil ? .invalidField("room", "is missing or not a string") : nil)
        return .send(
            room: room ?? "", text: draft.text, nonce: draft.nonce, replyTo: draft.replyTo, files: draft.files,
            violation: violation)
    }

    private func react(_ object: JSON.Object) throws(ChatError) -> Command {
        let (room, target) = (try room(object), try target(object))
        guard let emoji = object["emoji"]?.text.flatMap({ Emoji($0) }) else { throw .invalidEmoji }
        guard let isOn = object["on"]?.truth else { throw .invalidField("on", "is neither true nor false") }
        return .react(room, target: target, emoji: emoji, isOn: isOn)
    }

    private func target(_ object: JSON.Object) throws(ChatError) -> Int64 {
        guard let target = try integer(object, "target") else { throw .invalidField("target", "is missing") }
        return target
    }

    private func room(_ object: JSON.Object) throws(ChatError) -> RoomID {
        guard let text = object["room"]?.text else { throw .invalidField("room", "is missing or not a string") }
        guard let room = RoomID(text) else { throw .roomNotFound }
        return room
    }

    private func people(_ object: JSON.Object) throws(ChatError) -> [UserID] {
        let names: [JSON]
        switch (object["user"], object["users"]) {
        case (let user?, nil): names = [user]
        case (nil, .array(let users)?): names = users
        default: throw .invalidField("user", "or 'users' is needed: a username, or one to seven of them")
        }
        guard (1...7).contains(names.count) else { throw .invalidField("users", "names one to seven other people") }
        var people: [UserID] = []
        for name in names {
            guard let text = name.text else { throw .invalidField("users", "holds something that is no username") }
            guard let user = UserID(text) else { throw .userNotFound }
            people.append(user)
        }
        return people
    }

    private func resumptions(_ object: JSON.Object) throws(ChatError) -> [Command.Resumption] {
        guard case .object(let rooms)? = object["rooms"] else {
            throw .invalidField("rooms", "is missing or not an object of rooms and their last 'seq'")
        }
        guard rooms.members.count <= limits.roomsPerUser else {
            throw .invalidField("rooms", "has more than \(limits.roomsPerUser) rooms (limits.rooms_per_user)")
        }
        var resumptions: [Command.Resumption] = []
        for member in rooms.members {
            guard let last = member.value.number, last >= 0 else { throw .invalidSeq }
            // A name that no room can have is a room that is not readable: left out of the answer.
            if let room = RoomID(member.name) { resumptions.append(Command.Resumption(room: room, last: last)) }
        }
        return resumptions
    }

    private func integer(_ object: JSON.Object, _ name: String) throws(ChatError) -> Int64? {
        switch object[name] {
        case nil, .null?: return nil
        case .integer(let number)? where number >= 0: return number
        default: throw .invalidField(name, "is not a whole number from 0 up")
        }
    }
}
