import Database

/// Someone who belongs to a room, or is banned from it: a line of an export.
package struct RoomPerson: Sendable, Equatable {
    package let user: UserID
    package var isBanned = false
    package var role = Role.member
    package var isMuted = false
    /// The last `seq` that was read.
    package var read: Int64 = 0
    /// When the membership or the ban began, in milliseconds since 1970 UTC.
    package var since: Int64
    /// When a ban ends, in milliseconds since 1970 UTC; nil for never.
    package var until: Int64?

    init(user: UserID, since: Int64) {
        self.user = user
        self.since = since
    }

    /// Writes the line.
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("type", isBanned ? "ban" : "person")
            writer.member("user", user.description)
            guard !isBanned else {
                writer.member("banned_at", time: since)
                if let until { writer.member("until", time: until) }
                return
            }
            writer.member("role", role.rawValue)
            writer.member("muted", isMuted)
            writer.member("read", read)
            writer.member("joined_at", time: since)
        }
    }

    /// Reads the object of a line whose `type` is `person` or `ban`. Throws `ChatError` with what is wrong with it.
    init(_ object: JSON.Object, isBanned: Bool, isAccount: (UserID) -> Bool) throws(ChatError) {
        guard let user = object["user"]?.text.flatMap({ UserID($0) }) else {
            throw .badImport("has no username as 'user'")
        }
        guard isAccount(user) else { throw .unknownImported(user) }
        func time(_ name: String) throws(ChatError) -> Int64 {
            guard let time = object[name]?.text.flatMap({ ImportedTime.milliseconds($0) }) else {
                throw .badImport("has no '\(name)' like 2026-01-31T12:00:00.000Z")
            }
            return time
        }
        self.init(user: user, since: try time(isBanned ? "banned_at" : "joined_at"))
        self.isBanned = isBanned
        if isBanned {
            if object["until"] != nil { until = try time("until") }
            return
        }
        guard let role = object["role"]?.text.flatMap({ Role(rawValue: $0) }) else {
            throw .badImport("has no 'role' of a member")
        }
        guard let isMuted = object["muted"]?.truth, let read = object["read"]?.number, read >= 0 else {
            throw .badImport("has no 'muted', or no 'read' that is a 'seq'")
        }
        (self.role, self.isMuted, self.read) = (role, isMuted, read)
    }

    /// What two people of the export come to who are one user here: the most that one of them might do.
    func merged(with other: RoomPerson) -> RoomPerson {
        if isBanned != other.isBanned { return isBanned ? other : self }
        var person = self
        person.role = max(role, other.role)
        person.isMuted = isMuted && other.isMuted
        person.read = max(read, other.read)
        person.since = min(since, other.since)
        person.until = until.flatMap { mine in other.until.map { max(mine, $0) } }
        return person
    }
}

extension RoomReader {
    /// The members of any room and who is banned from it at `now`, in the order of their names, those behind `cursor`.
    /// Throws `ChatError.roomNotFound` and `DatabaseError`.
    package func people(
        ofRecord room: RoomID, at now: Int64, after cursor: String?, limit: Int
    ) async throws -> [RoomPerson] {
        try await engine.read { connection in
            _ = try Self.record(room, connection)
            return try PersonTable.people(
                "members", of: room, after: cursor, limit: limit, connection
            ) { !$0.isBanned || $0.until.map { now < $0 } ?? true }
        }
    }
}
