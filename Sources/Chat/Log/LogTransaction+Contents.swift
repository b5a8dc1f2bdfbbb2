import Database

// The one place where the words of messages come into the store, change and leave it. Whatever follows them (mentions,
// reactions, an index of words, the files that they carry) is kept in step here, in the same transaction.
extension LogTransaction {
    /// Takes note of a message that was stored.
    func contentAdded(_ message: Event) throws {
        try MentionTable.add(room: message.room, seq: message.seq, message.mentions, connection)
        if !message.files.isEmpty {
            try FileTable.attach(message.files, to: message.room, message.seq, connection)
        }
    }

    /// Gives the message at `target` the words of `edit`, and takes the old ones out of the log.
    func replaceContent(of target: Int64, with edit: Event) throws {
        try EventTable.replaceText(of: target, with: edit, connection)
        try MentionTable.replace(room: edit.room, seq: target, edit.mentions, connection)
        try SearchTable.changed(edit.room, seq: target, connection)
    }

    /// Takes the words of the message at `target` out of the log, and all that hangs on them.
    func eraseContent(of target: Int64, by deletion: Event) throws {
        try EventTable.erase(room: deletion.room, seq: target, revision: deletion.seq, connection)
        try MentionTable.erase(room: deletion.room, seq: target, connection)
        try ReactionTable.erase(room: deletion.room, target: target, connection)
        try FileTable.release(room: deletion.room, target...target, connection)
        try SearchTable.changed(deletion.room, seq: target, connection)
    }

    /// Takes the events of a room up to `seq` out of the store, with all that hangs on them; says how many they were.
    func eraseContents(of room: RoomID, through seq: Int64) throws -> Int {
        try ReactionTable.erase(room: room, through: seq, connection)
        try MentionTable.erase(room: room, through: seq, connection)
        try FileTable.release(room: room, 0...seq, connection)
        try SearchTable.removed(room, through: seq, connection)
        try connection.execute(
            "DELETE FROM events WHERE room = $1 AND seq <= $2", [.text(room.description), .integer(seq)])
        return connection.changes
    }

    /// The members of the room whom the text names, its author aside. Throws `too_many_mentions`.
    func mentions(in text: String, of room: RoomState, by author: UserID) throws -> [UserID] {
        let names = Mentions.names(in: text) { $0 != author && room.members[$0] != nil }
        guard names.count <= limits.mentionsPerMessage else {
            throw ChatError.tooManyMentions(limit: limits.mentionsPerMessage)
        }
        return names
    }
}
