import Database

extension LogTransaction {
    mutating func send(
        _ id: RoomID, _ user: UserID, _ text: String, nonce: String?, replyTo: Int64?, files: [FileID],
        violation: ChatError?
    ) throws -> LogAnswer {
        try once(nonce, by: user) { log in
            if let violation { throw violation }
            let (room, member) = try log.membership(id, user)
            try room.check(.send, member)
            try room.checkPace(of: user, member, at: log.now)
            if let replyTo { try log.checkReply(to: replyTo, in: id) }
            let mentions = try log.mentions(in: text, of: room, by: user)
            let attached = try FileTable.attachable(files, of: user, log.connection)
            let event = try log.append(.message, to: room, by: user, nonce: nonce) { event in
                event.text = text
                event.target = replyTo
                event.mentions = mentions
                event.files = attached
            }
            if event != nil { room.spoke(user, at: log.now) }
            return event
        }
    }

    /// Carries out `body`, which appends a message under the nonce and gives it, or nil where the author has used the
    /// nonce before. The answer then is that of the first time, also where `body` would refuse by now.
    mutating func once(
        _ nonce: String?, by author: UserID, _ body: (inout LogTransaction) throws -> Event?
    ) throws -> LogAnswer {
        do {
            if let event = try body(&self) {
                return .sent(room: event.room, seq: event.seq, at: event.at, isDuplicate: false)
            }
        } catch let refusal as ChatError {
            if let earlier = try duplicate(of: nonce, author) { return earlier }
            throw refusal
        }
        guard let earlier = try duplicate(of: nonce, author) else {
            throw DatabaseError(.other, reason: "a nonce was refused as a duplicate and has no message")
        }
        return earlier
    }

    /// Throws unless a message stands there that was not deleted.
    private func checkReply(to seq: Int64, in room: RoomID) throws {
        guard let message = try EventTable.message(room: room, seq: seq, connection) else {
            throw ChatError.invalidField("reply_to", "is not the 'seq' of a message of this room")
        }
        if message.isDeleted { throw ChatError.messageDeleted }
    }

    private func duplicate(of nonce: String?, _ user: UserID) throws -> LogAnswer? {
        guard let nonce, let place = try EventTable.place(author: user, nonce: nonce, connection) else { return nil }
        return .sent(room: place.room, seq: place.seq, at: place.at, isDuplicate: true)
    }

    mutating func read(_ id: RoomID, _ user: UserID, _ seq: Int64) throws -> LogAnswer {
        let (room, member) = try membership(id, user)
        guard (0...room.head).contains(seq) else { throw ChatError.invalidSeq }
        if seq > member.read {
            try MemberTable.setRead(room.id, user, seq, connection)
            room.members[user]?.read = seq
            draft.notes.reads[id, default: [:]][user] = seq
        }
        return .done
    }
}
