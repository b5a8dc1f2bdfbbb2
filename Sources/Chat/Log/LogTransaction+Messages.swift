import Database

extension LogTransaction {
    mutating func send(
        _ id: RoomID, _ user: UserID, _ text: String, nonce: String?, replyTo: Int64?, files: [FileID],
        violation: ChatError?
    ) throws -> LogAnswer {
        do {
            if let violation { throw violation }
            let (room, member) = try membership(id, user)
            try room.check(.send, member)
            try room.checkPace(of: user, member, at: now)
            if let replyTo { try checkReply(to: replyTo, in: id) }
            let mentions = try mentions(in: text, of: room, by: user)
            let attached = try FileTable.attachable(files, of: user, connection)
            let event = try append(.message, to: room, by: user, nonce: nonce) { event in
                event.text = text
                event.target = replyTo
                event.mentions = mentions
                event.files = attached
            }
            if let event {
                room.spoke(user, at: now)
                return .sent(room: id, seq: event.seq, at: event.at, isDuplicate: false)
            }
        } catch let refusal as ChatError {
            if let earlier = try duplicate(of: nonce, user) { return earlier }
            throw refusal
        }
        guard let earlier = try duplicate(of: nonce, user) else {
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

    func duplicate(of nonce: String?, _ user: UserID) throws -> LogAnswer? {
        guard let nonce, let place = try EventTable.place(author: user, nonce: nonce, connection) else { return nil }
        return .sent(room: place.room, seq: place.seq, at: place.at, isDuplicate: true)
    }

    mutating func read(_ id: RoomID, _ user: UserID, _ seq: Int64) throws -> LogAnswer {
        let (room, member) = try membership(id, user)
        guard (0...room.head).contains(seq) else { throw ChatError.invalidSeq }
        if seq > member.read {
            try MemberTable.setRead(room.id, user, seq, connection)
            room.members[user]?.read = seq
        }
        return .done
    }
}
