import Database

// What is so already makes no event: the answer is a duplicate, with the `seq` of the event that made it so, so that a
// command whose answer was lost can be given again.
extension LogTransaction {
    mutating func edit(_ id: RoomID, _ target: Int64, _ text: String, by user: UserID) throws -> LogAnswer {
        let (room, member) = try membership(id, user)
        try room.check(.edit, member)
        let message = try message(target, of: id)
        guard message.author == user else { throw ChatError.notTheAuthor }
        guard !message.isDeleted else { throw ChatError.messageDeleted }
        let window = limits.editWindowMilliseconds
        guard window == 0 || now - message.at <= window else {
            throw ChatError.editWindowClosed(milliseconds: window)
        }
        if message.text == text {
            return .appended(room: id, seq: message.revision ?? target, isDuplicate: true)
        }
        let mentions = try mentions(in: text, of: room, by: user)
        let edit = try change(.edited, target, of: room, by: user) { event in
            event.text = text
            event.mentions = mentions
        }
        try replaceContent(of: target, with: edit)
        return .appended(room: id, seq: edit.seq, isDuplicate: false)
    }

    mutating func deleteMessage(_ id: RoomID, _ target: Int64, by user: UserID) throws -> LogAnswer {
        let (room, member) = try membership(id, user)
        let message = try message(target, of: id)
        guard message.author == user || Permission.deleteMessage.isGranted(to: member, in: room.kind) else {
            throw ChatError.notTheAuthor
        }
        if message.isDeleted { return .appended(room: id, seq: message.revision ?? target, isDuplicate: true) }
        let deletion = try change(.deleted, target, of: room, by: user)
        try eraseContent(of: target, by: deletion)
        if message.author != user {
            draft.acts.append(.messageDeleted(room: id, target: target, author: message.author, by: user))
        }
        return .appended(room: id, seq: deletion.seq, isDuplicate: false)
    }

    mutating func react(
        _ id: RoomID, _ target: Int64, _ emoji: Emoji, isOn: Bool, by user: UserID
    ) throws -> LogAnswer {
        let (room, member) = try membership(id, user)
        try room.check(.react, member)
        guard try !message(target, of: id).isDeleted else { throw ChatError.messageDeleted }
        let place = try ReactionTable.place(room: id, target: target, emoji: emoji, user: user, connection)
        guard (place != nil) != isOn else {
            return .appended(room: id, seq: place ?? target, isDuplicate: true)
        }
        if isOn {
            let kinds = try ReactionTable.countKinds(room: id, target: target, besides: emoji, connection)
            guard kinds < limits.reactionsPerMessage else {
                throw ChatError.tooManyReactions(limit: limits.reactionsPerMessage)
            }
        }
        let reaction = try change(.reacted, target, of: room, by: user) { event in
            event.emoji = emoji
            event.isOn = isOn
        }
        if isOn {
            try ReactionTable.add(
                room: id, target: target, emoji: emoji, user: user, seq: reaction.seq, connection)
        } else {
            try ReactionTable.remove(room: id, target: target, emoji: emoji, user: user, connection)
        }
        return .appended(room: id, seq: reaction.seq, isDuplicate: false)
    }

    /// The message at that `seq`. Throws `not_a_message`.
    private func message(_ seq: Int64, of room: RoomID) throws -> EventTable.StoredMessage {
        guard let message = try EventTable.message(room: room, seq: seq, connection) else {
            throw ChatError.notAMessage
        }
        return message
    }

    /// Appends an event about the message at `target`.
    private mutating func change(
        _ kind: Event.Kind, _ target: Int64, of room: RoomState, by user: UserID,
        _ fill: (inout Event) -> Void = { _ in }
    ) throws -> Event {
        let event = try append(kind, to: room, by: user) { event in
            event.target = target
            fill(&event)
        }
        guard let event else { throw DatabaseError(.other, reason: "an event without a nonce was refused for one") }
        return event
    }
}
