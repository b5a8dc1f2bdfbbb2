import Database
import NIOCore

extension LogTransaction {
    mutating func typing(_ id: RoomID, _ user: UserID) throws -> LogAnswer {
        let (room, member) = try membership(id, user)
        do throws(ChatError) {
            try room.check(.send, member)
        } catch {
            return .silent
        }
        let moment = NIODeadline.now()
        var bucket =
            room.typing ?? TokenBucket(rate: presence.typingPerRoom, burst: presence.typingPerRoom, now: moment)
        if bucket.take(now: moment) == nil { draft.notes.typing.append(PassingNotes.Typing(room: id, user: user)) }
        room.typing = bucket
        return .silent
    }

    mutating func seen(_ times: [UserID: Int64]) throws -> LogAnswer {
        // A deleted account may have been seen after it was forgotten.
        for (user, time) in times where users.contains(user) { try LastSeenTable.put(user, time, connection) }
        return .done
    }

    mutating func forget(_ user: UserID) throws -> LogAnswer {
        try LastSeenTable.remove(user, connection)
        return .done
    }
}
